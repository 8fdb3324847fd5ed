package io.tesserae.bench.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * {@code --url URL [--callers N] [--rate R] [--seconds S] [--patience S] [--json FILE] [--ready FILE]}: asks until the time is over, or until
 * standard input ends where no time is given. {@code --ready} is written once the undisturbed answers are known and the load runs, so that a script
 * knows when to begin to disturb. Ends with 1 where a question was lost or an answer differs.
 */
public final class Main {

    private static final Set<String> OPTIONS = Set.of("--url", "--callers", "--rate", "--seconds", "--patience", "--json", "--ready");

    private Main() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> options = options(arguments);
        Asker asker = new Asker(URI.create(options.get("--url")), Duration.ofSeconds(Long.parseLong(options.getOrDefault("--patience", "120"))));
        List<Script.Question> script = Script.mixed();
        List<Heard> expected = Load.undisturbed(asker, script);
        Load load = Load.begin(asker, script, expected, Integer.parseInt(options.getOrDefault("--callers", "4")),
                Double.parseDouble(options.getOrDefault("--rate", "0")));
        if (options.containsKey("--ready")) {
            Files.writeString(Path.of(options.get("--ready")), "ready\n");
        }
        System.out.println(script.size() + " questions, answered twice the same while undisturbed; the load runs");
        awaitEnd(options);
        load.close();
        Tally tally = load.tally();
        System.out.println(tally);
        if (options.containsKey("--json")) {
            Files.writeString(Path.of(options.get("--json")), tally.json().toPrettyString() + "\n");
        }
        System.exit(tally.lost().isEmpty() && tally.different().isEmpty() && tally.answered() > 0 ? 0 : 1);
    }

    private static void awaitEnd(Map<String, String> options) throws InterruptedException {
        if (options.containsKey("--seconds")) {
            Thread.sleep(Duration.ofSeconds(Long.parseLong(options.get("--seconds"))).toMillis());
            return;
        }
        CountDownLatch told = new CountDownLatch(1);
        Thread listener = new Thread(() -> {
            try {
                System.in.transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException closed) {
                // That is an end, too.
            }
            told.countDown();
        });
        listener.setDaemon(true);
        listener.start();
        told.await();
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!OPTIONS.contains(arguments[i]) || i + 1 == arguments.length) {
                System.err.println("load takes pairs of " + new java.util.TreeSet<>(OPTIONS) + ", not '" + arguments[i] + "'");
                System.exit(2);
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        if (!options.containsKey("--url")) {
            System.err.println("load needs --url");
            System.exit(2);
        }
        return options;
    }
}
