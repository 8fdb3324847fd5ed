package io.tesserae.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.bench.load.Asker;
import io.tesserae.bench.load.Heard;
import io.tesserae.bench.load.Load;
import io.tesserae.bench.load.Script;
import io.tesserae.bench.load.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Load on a system while something is done to it; what is lost or told differently is the test's failure. */
final class Disturbance implements AutoCloseable {

    private static final Path FIGURES = RunningSystem.ROOT.resolve("end-to-end/target/figures");

    private final RunningSystem system;
    private final Load load;

    /** Learns the undisturbed answers and begins to ask. */
    Disturbance(RunningSystem system, int callers) {
        this.system = system;
        Asker asker = new Asker(system.http(), Duration.ofSeconds(120));
        List<Script.Question> script = Script.mixed();
        List<Heard> expected = Load.undisturbed(asker, script);
        load = Load.begin(asker, script, expected, callers, 0);
    }

    Tally tally() {
        return load.tally();
    }

    /** Waits until that many more answers have come: whatever was disturbed has been asked since. */
    void awaitAnswers(int more) {
        int wanted = load.tally().answered() + more;
        long end = System.nanoTime() + Duration.ofSeconds(120).toNanos();
        while (load.tally().answered() < wanted) {
            assertTrue(System.nanoTime() < end, "no answers: " + load.tally());
            pause(20);
        }
    }

    /** Lets the answers under way end, and holds all of them against the undisturbed ones. Leaves a line of figures behind. */
    Tally nothingWasLost(String what) {
        load.close();
        Tally tally = load.tally();
        write(what + ": " + tally + "; " + counted());
        assertEquals(List.of(), tally.lost(), tally.toString());
        assertEquals(List.of(), tally.different(), tally.toString());
        return tally;
    }

    private String counted() {
        return Math.round(system.metric("tesserae_retries_total")) + " retries, " + Math.round(system.metric("tesserae_hedges_total"))
                + " hedges, " + Math.round(system.metric("tesserae_failovers_total")) + " answers went on elsewhere";
    }

    static void write(String line) {
        try {
            Files.createDirectories(FIGURES);
            Files.writeString(FIGURES.resolve(Long.toHexString(System.nanoTime()) + ".txt"), line + "\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        System.out.println(line);
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not in 60 s: " + what);
            pause(20);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        load.close();
    }
}
