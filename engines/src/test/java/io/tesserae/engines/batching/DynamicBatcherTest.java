package io.tesserae.engines.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Items are words; their key is their length; their result is the word in capitals. */
@Timeout(120)
class DynamicBatcherTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final List<List<String>> batches = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private DynamicBatcher<String, String> batcher;

    @AfterEach
    void close() {
        gate.countDown();
        if (batcher != null) {
            batcher.close();
        }
    }

    private void open(int maxBatch, Duration maxDelay, int queueSize, BatchRun<String, String> run) {
        BatchOptions options = new BatchOptions("test", maxBatch, maxDelay, queueSize, 1, Duration.ofSeconds(60));
        batcher = new DynamicBatcher<>(options, String::length, run, BatchObserver.none(), Runnable::run);
    }

    private List<String> capitals(List<String> items, Cancellation cancellation) {
        batches.add(List.copyOf(items));
        return items.stream().map(String::toUpperCase).toList();
    }

    /** Runs once the gate is open, so that a test can fill the queue behind it. */
    private List<String> gated(List<String> items, Cancellation cancellation) {
        List<String> results = capitals(items, cancellation);
        await(gate);
        return results;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(1);
        }
    }

    @Test
    void aFullBatchLeavesAtOnceInOrder() {
        open(3, LONG, 10, this::capitals);
        List<CompletableFuture<Batched<String>>> results = batcher.submit(List.of("a", "b", "c"));
        assertEquals(List.of("A", "B", "C"), results.stream().map(result -> result.join().value()).toList());
        assertEquals(List.of(List.of("a", "b", "c")), batches);
        assertEquals(3, results.get(0).join().batchSize());
    }

    @Test
    void anItemWaitsForCompanyNoLongerThanItMay() {
        open(3, Duration.ofMillis(30), 10, this::capitals);
        Batched<String> alone = batcher.submit(List.of("a")).get(0).join();
        assertEquals(1, alone.batchSize());
        assertTrue(alone.queued().toMillis() >= 30, "waited " + alone.queued());
        assertTrue(alone.queued().toMillis() < 30_000, "waited " + alone.queued());
    }

    @Test
    void onlyItemsOfOneKeyRunTogether() {
        open(2, Duration.ofMillis(20), 10, this::capitals);
        List<CompletableFuture<Batched<String>>> results = batcher.submit(List.of("a", "bb", "c", "dd", "eee"));
        assertEquals(List.of("A", "BB", "C", "DD", "EEE"), results.stream().map(result -> result.join().value()).toList());
        assertEquals(List.of(List.of("a", "c"), List.of("bb", "dd"), List.of("eee")), batches);
    }

    @Test
    void aBusyKeyDoesNotStarveARareOne() throws InterruptedException {
        open(1, Duration.ZERO, 100, this::gated);
        batcher.submit(List.of("a"));
        until(() -> batches.size() == 1);
        CompletableFuture<Batched<String>> rare = batcher.submit(List.of("rare")).get(0);
        List<CompletableFuture<Batched<String>>> busy = batcher.submit(IntStream.range(0, 20).mapToObj(i -> "b").toList());
        gate.countDown();
        rare.join();
        busy.get(19).join();
        assertEquals(List.of("rare"), batches.get(1));
    }

    @Test
    void theQueueFillsWhileARunLastsAndThenLeavesTogether() throws InterruptedException {
        open(4, Duration.ZERO, 10, this::gated);
        batcher.submit(List.of("a"));
        until(() -> batches.size() == 1);
        List<CompletableFuture<Batched<String>>> rest = IntStream.range(0, 4).mapToObj(i -> batcher.submit(List.of("b")).get(0)).toList();
        gate.countDown();
        assertEquals(4, rest.get(3).join().batchSize());
    }

    @Test
    void aFullQueueRefusesAllOfACallAndSaysWhenToComeBack() throws InterruptedException {
        open(1, Duration.ZERO, 3, this::gated);
        batcher.submit(List.of("a"));
        until(() -> batches.size() == 1);
        batcher.submit(List.of("b", "c"));
        Failure failure = assertThrows(Failure.class, () -> batcher.submit(List.of("d", "e")));
        assertEquals(Reason.QUEUE_FULL, failure.reason());
        assertTrue(failure.retryAfterSeconds() >= 1);
        assertEquals(2, batcher.queued(), "nothing of the refused call is left behind");
        batcher.submit(List.of("d"));
    }

    @Test
    void aCancelledItemLeavesTheQueueBeforeItRuns() throws InterruptedException {
        open(4, Duration.ZERO, 3, this::gated);
        batcher.submit(List.of("a"));
        until(() -> batches.size() == 1);
        List<CompletableFuture<Batched<String>>> waiting = batcher.submit(List.of("b", "c", "d"));
        waiting.get(1).cancel(true);
        assertEquals(2, batcher.queued());
        gate.countDown();
        waiting.get(2).join();
        assertEquals(List.of("b", "d"), batches.get(1));
    }

    @Test
    void aRunThatNobodyWaitsForIsStopped() {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        open(2, LONG, 10, (items, cancellation) -> {
            cancellation.onCancel(stopped::countDown);
            started.countDown();
            await(stopped);
            throw new IllegalStateException("stopped");
        });
        List<CompletableFuture<Batched<String>>> results = batcher.submit(List.of("a", "b"));
        await(started);
        results.get(0).cancel(true);
        assertEquals(1, stopped.getCount(), "somebody still waits");
        results.get(1).cancel(true);
        await(stopped);
    }

    @Test
    void aBadItemFailsAloneAndItsNeighboursAreRunAgain() {
        open(3, LONG, 10, (items, cancellation) -> {
            if (items.contains("bad")) {
                throw new IllegalStateException("bad item");
            }
            return capitals(items, cancellation);
        });
        List<CompletableFuture<Batched<String>>> results = batcher.submit(List.of("abc", "bad", "xyz"));
        assertEquals("ABC", results.get(0).join().value());
        assertEquals("XYZ", results.get(2).join().value());
        CompletionException failure = assertThrows(CompletionException.class, results.get(1)::join);
        assertEquals("bad item", failure.getCause().getMessage());
    }

    @Test
    void anErrorFailsTheBatchAndTheNextOneRuns() {
        OutOfMemoryError error = new OutOfMemoryError("made for this test");
        open(2, Duration.ofMillis(1), 10, (items, cancellation) -> {
            if (items.contains("bad")) {
                throw error;
            }
            return capitals(items, cancellation);
        });
        List<CompletableFuture<Batched<String>>> results = batcher.submit(List.of("bad", "abc"));
        assertSame(error, assertThrows(CompletionException.class, results.get(1)::join).getCause());
        assertEquals("XYZ", batcher.submit(List.of("xyz")).get(0).join().value());
    }

    @Test
    void aRunThatLosesAResultFails() {
        open(1, Duration.ZERO, 10, (items, cancellation) -> List.of());
        assertThrows(CompletionException.class, batcher.submit(List.of("a")).get(0)::join);
    }

    @Test
    void closingFinishesWhatWasAcceptedAndRefusesMore() throws InterruptedException {
        open(1, LONG, 10, this::gated);
        List<CompletableFuture<Batched<String>>> accepted = batcher.submit(List.of("a", "b", "c"));
        until(() -> batches.size() == 1);
        Thread closer = new Thread(batcher::close);
        closer.start();
        until(() -> refusesNow());
        gate.countDown();
        closer.join();
        assertEquals(List.of("A", "B", "C"), accepted.stream().map(result -> result.join().value()).toList());
    }

    private boolean refusesNow() {
        try {
            batcher.submit(List.of()).clear();
            return false;
        } catch (UnsupportedOperationException stillAccepting) {
            return false;
        } catch (Failure refused) {
            assertEquals(Reason.STAGE_UNAVAILABLE, refused.reason());
            return true;
        }
    }

    @Test
    void whatHasNotRunWhenTheDrainTimeIsOverFails() {
        CountDownLatch stopped = new CountDownLatch(1);
        BatchOptions options = new BatchOptions("test", 1, Duration.ZERO, 10, 1, Duration.ofMillis(50));
        DynamicBatcher<String, String> hanging = new DynamicBatcher<>(options, String::length, (items, cancellation) -> {
            cancellation.onCancel(stopped::countDown);
            await(stopped);
            return items;
        }, BatchObserver.none(), Runnable::run);
        List<CompletableFuture<Batched<String>>> results = hanging.submit(List.of("a", "b"));
        hanging.close();
        for (CompletableFuture<Batched<String>> result : results) {
            Failure failure = Failure.from(assertThrows(CompletionException.class, result::join));
            assertEquals(Reason.STAGE_UNAVAILABLE, failure.reason());
        }
        await(stopped);
    }

    @Test
    void theObserverHearsOfEveryRun() {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        BatchOptions options = new BatchOptions("test", 2, Duration.ofMillis(5), 10, 1, Duration.ofSeconds(5));
        try (DynamicBatcher<String, String> observed = new DynamicBatcher<>(options, String::length, this::capitals,
                (run, waits) -> {
                    assertFalse(run.isNegative() || waits.stream().anyMatch(Duration::isNegative));
                    sizes.add(waits.size());
                }, Runnable::run)) {
            observed.submit(List.of("a", "b", "c")).get(2).join();
        }
        assertEquals(List.of(2, 1), sizes);
    }

    @Test
    void boundsBelowOneAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new BatchOptions("x", 0, LONG, 1, 1, LONG));
        assertThrows(IllegalArgumentException.class, () -> new BatchOptions("x", 1, LONG, 0, 1, LONG));
        assertThrows(IllegalArgumentException.class, () -> new BatchOptions("x", 1, LONG, 1, 0, LONG));
        assertThrows(IllegalArgumentException.class, () -> new BatchOptions("x", 1, Duration.ofMillis(-1), 1, 1, LONG));
    }
}
