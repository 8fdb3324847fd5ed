package io.tesserae.bench.doubles;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the doubles as a process. Prints one line {@code ready vision=… projector=… llm=…} with their addresses, then waits until its
 * standard input ends or it is told to stop; a line {@code tiles} on standard input is answered with how many tiles the eye was given.
 */
public final class Main {

    private static final String USAGE = """
            usage: java -jar tesserae-doubles.jar [--eyes PORT[,PORT…]] [--nerve PORT] [--brain PORT] [--no-project]
                   [--encode MS] [--project MS] [--slot MS] [--text MS] [--token MS] [--tokens-per-tile N] [--width N] [--revision HEX]
            Ports default to 0: any that is free. Times default to those of a small model on two processors.""";

    private Main() {
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> options = new HashMap<>();
        boolean projects = true;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--no-project")) {
                projects = false;
            } else if (arguments[i].startsWith("--") && i + 1 < arguments.length) {
                options.put(arguments[i].substring(2), arguments[++i]);
            } else {
                System.err.println(USAGE);
                System.exit(2);
            }
        }
        Latencies small = Latencies.TWO_CORES;
        Shape shape = Shape.small();
        Latencies latencies = new Latencies(micros(options, "encode", small.encode()), micros(options, "project", small.project()),
                micros(options, "slot", small.slot()), micros(options, "text", small.text()), micros(options, "token", small.token()));
        shape = new Shape(number(options, "tokens-per-tile", shape.tokensPerTile()), number(options, "width", shape.width()),
                options.getOrDefault("revision", shape.revision()));
        List<Integer> eyes = Stream.of(options.getOrDefault("eyes", "0").split(",")).map(Integer::valueOf).toList();
        try (Stages stages = new Stages(shape, latencies, projects, eyes, number(options, "nerve", 0), number(options, "brain", 0))) {
            System.out.println("ready vision=" + stages.vision() + " projector=" + stages.projector() + " llm=" + stages.llm());
            StringBuilder line = new StringBuilder();
            for (int read = System.in.read(); read >= 0; read = System.in.read()) {
                if (read != '\n') {
                    line.append((char) read);
                    continue;
                }
                if (line.toString().equals("tiles")) {
                    System.out.println(stages.tiles());
                }
                line.setLength(0);
            }
        }
    }

    private static long micros(Map<String, String> options, String name, long otherwise) {
        return options.containsKey(name) ? Math.round(Double.parseDouble(options.get(name)) * 1_000) : otherwise;
    }

    private static int number(Map<String, String> options, String name, int otherwise) {
        return options.containsKey(name) ? Integer.parseInt(options.get(name)) : otherwise;
    }
}
