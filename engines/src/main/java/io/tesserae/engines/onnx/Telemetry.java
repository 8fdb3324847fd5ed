package io.tesserae.engines.onnx;

import io.tesserae.engines.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * ONNX Runtime's published builds report their start to their maker, on Linux too (github.com/microsoft/onnxruntime/pull/27379), before any call could turn that
 * off; only the environment variable {@code ORT_DISABLE_TELEMETRY=1} does. What is reported is made from the command line by a
 * recursion that overflows the stack, and so ends the process, when that is some thousand characters long.
 */
final class Telemetry {

    static final String OFF = "ORT_DISABLE_TELEMETRY";

    /** 3,000 characters were seen to pass and 5,000 to crash. */
    private static final int LONGEST_COMMAND_LINE = 3_000;

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private Telemetry() {
    }

    /** Throws {@link EngineException} that says what to do where opening ONNX Runtime would end the process. */
    static void refuseToCrash() {
        if (!"1".equals(System.getenv(OFF)) && commandLineLength() > LONGEST_COMMAND_LINE) {
            throw new EngineException("the command line is longer than " + LONGEST_COMMAND_LINE + " characters, which crashes ONNX Runtime's "
                    + "telemetry: set " + OFF + "=1 in the environment");
        }
    }

    private static int commandLineLength() {
        try {
            return Files.isReadable(COMMAND_LINE) ? Files.readAllBytes(COMMAND_LINE).length : 0;
        } catch (IOException unknown) {
            return 0;
        }
    }
}
