package io.tesserae.cli;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code top} was called with.
 *
 * @param services where each service answers HTTP; those that do not answer are passed over
 * @param once     one screenful, then the end
 */
record TopOptions(List<URI> services, Duration period, boolean once) {

    /** Where './tesserae up' and './tesserae up --split' put them. */
    private static final String USUAL = "http://localhost:8080,http://localhost:8081,http://localhost:8082,http://localhost:8083";

    /** Reads the arguments. Throws {@link IllegalArgumentException} that says what is wrong. */
    static TopOptions parse(List<String> args) {
        String services = USUAL;
        Duration period = Duration.ofSeconds(2);
        boolean once = false;
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--url" -> services = value(args, ++i, "--url");
                case "--every" -> period = seconds(value(args, ++i, "--every"));
                case "--once" -> once = true;
                default -> throw new IllegalArgumentException("top takes --url URL[,URL…], --every SECONDS and --once, not '" + args.get(i) + "'");
            }
        }
        return new TopOptions(Arrays.stream(services.split(",")).map(URI::create).toList(), period, once);
    }

    private static Duration seconds(String text) {
        try {
            double seconds = Double.parseDouble(text);
            if (seconds >= 0.1 && seconds <= 3600) {
                return Duration.ofMillis((long) (seconds * 1_000));
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw new IllegalArgumentException("--every takes seconds from 0.1 to 3600, not '" + text + "'");
    }

    private static String value(List<String> args, int index, String option) {
        if (index >= args.size()) {
            throw new IllegalArgumentException(option + " takes a value");
        }
        return args.get(index);
    }
}
