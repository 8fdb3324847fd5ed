package io.tesserae.bench.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the gateway and writes one row a figure, {@code {name, goal, figure, holds}}, as JSON. Ends with 1 where a goal was missed.
 */
public final class Main {

    private static final String USAGE = """
            usage: java -jar tesserae-bench-gateway.jar [--only overlap|alone] [--json FILE] [--root DIR] [--port N] [--seconds N]
              --root     repository whose gateway/target/quarkus-app is measured; default: the current directory
              --port     HTTP port of the gateway; its gRPC port is the next one; default 18080
              --seconds  how long each load is measured; default 20""";

    private Main() {
    }

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of("");
        Path json = null;
        String only = "";
        int port = 18_080;
        int seconds = 20;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--only" -> only = arguments[i + 1];
                case "--json" -> json = Path.of(arguments[i + 1]);
                case "--root" -> root = Path.of(arguments[i + 1]);
                case "--port" -> port = Integer.parseInt(arguments[i + 1]);
                case "--seconds" -> seconds = Integer.parseInt(arguments[i + 1]);
                default -> usage();
            }
        }
        if (arguments.length % 2 == 1 || !List.of("", "overlap", "alone").contains(only)) {
            usage();
        }
        Path gateway = root.resolve("gateway/target/quarkus-app/quarkus-run.jar").toAbsolutePath();
        Path doubles = root.resolve("bench/doubles/target/tesserae-doubles.jar").toAbsolutePath();
        List<Row> rows = new ArrayList<>();
        if (!only.equals("alone")) {
            rows.addAll(new Overlap(gateway, port).rows());
        }
        if (!only.equals("overlap")) {
            rows.addAll(new Alone(gateway, doubles, port, seconds).rows());
        }
        rows.forEach(row -> System.out.printf("%s  %s: %s (%s)%n", row.holds() ? "ok  " : "MISS", row.name(), row.figure(), row.goal()));
        if (json != null) {
            Files.writeString(json, new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(rows) + "\n");
        }
        System.exit(rows.stream().allMatch(Row::holds) ? 0 : 1);
    }

    private static void usage() {
        System.err.println(USAGE);
        System.exit(2);
    }
}
