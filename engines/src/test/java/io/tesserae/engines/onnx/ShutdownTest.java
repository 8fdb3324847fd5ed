package io.tesserae.engines.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.Engine;
import io.tesserae.engines.TestGraphs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that is told to stop finishes the runs it has accepted. */
@Timeout(120)
class ShutdownTest {

    private static final String FINISHED = "finished its runs";

    @Test
    void runsGoOnWhileTheProcessShutsDown() throws IOException, InterruptedException {
        String output = output(0, Map.of(Telemetry.OFF, "1"));
        assertTrue(output.contains(FINISHED), output);
    }

    @Test
    void aCommandLineThatWouldCrashOnnxRuntimeIsRefusedWithTheWayOut() throws IOException, InterruptedException {
        String output = output(1, Map.of(Telemetry.OFF, "0"), "-Dlong=" + "x".repeat(5_000));
        assertTrue(output.contains("set " + Telemetry.OFF + "=1"), output);
    }

    /** What the child process prints until it exits with that value. */
    private static String output(int exitValue, Map<String, String> environment, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.add(Stopping.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process child = builder.start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        assertEquals(exitValue, child.exitValue(), output);
        return output;
    }

    /** The child process. */
    public static final class Stopping {

        private Stopping() {
        }

        public static void main(String[] args) {
            Engine engine = OnnxEngine.open(TestGraphs.path("sums"), OnnxOptions.defaults());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(engine)));
            System.exit(0);
        }

        private static void drain(Engine engine) {
            Tensor ones = Tensor.ofFloats(new float[] {1, 1, 1}, 1, 3);
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
            while (System.nanoTime() < until) {
                engine.run(Map.of("left", ones, "right", ones), engine.outputs().keySet(), Cancellation.none());
            }
            engine.close();
            System.out.println(FINISHED);
        }
    }
}
