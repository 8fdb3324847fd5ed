package io.tesserae.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Runs one program by name and exits 0 where it worked, 1 where it did not, 2 on a wrong call. */
public final class Main {

    private Main() {
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> rest = args.length == 0 ? List.of() : Arrays.asList(args).subList(1, args.length);
        String program = args.length == 0 ? "" : args[0];
        System.exit(run(program, rest, out));
    }

    private static int run(String program, List<String> args, PrintStream out) {
        try {
            switch (program) {
                case "ask":
                    return new Ask(out, System.err).run(AskOptions.parse(args));
                case "families":
                    return new Families(out, System.err).run(args);
                case "top":
                    return new Top(out, System.err).run(args);
                case "triton-repository":
                    return new TritonRepositoryWriter(out).run(args);
                default:
                    System.err.println("tesserae: no program '" + program + "'; there is: ask, families, top, triton-repository");
                    return 2;
            }
        } catch (IllegalArgumentException wrongCall) {
            System.err.println("tesserae: " + wrongCall.getMessage());
            return 2;
        } catch (IOException failed) {
            System.err.println("tesserae: " + failed.getMessage());
            return 1;
        } catch (InterruptedException interrupted) {
            return 1;
        }
    }
}
