package io.tesserae.engines.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many callers at once that submit, cancel, meet bad items and full queues: every item ends exactly once, and rightly. */
@Timeout(120)
class DynamicBatcherStressTest {

    private static final int CALLERS = 16;
    private static final int CALLS = 400;
    private static final int MAX_BATCH = 8;

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger largest = new AtomicInteger();

    @Test
    void everyItemEndsOnceAndRightly() throws Exception {
        BatchOptions options = new BatchOptions("stress", MAX_BATCH, Duration.ofNanos(200_000), 64, 3, Duration.ofSeconds(10));
        ExecutorService answers = Executors.newFixedThreadPool(2);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        AtomicInteger items = new AtomicInteger();
        DynamicBatcher<Integer, Integer> batcher = new DynamicBatcher<>(options, item -> item % 3, this::square, BatchObserver.none(), answers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                Random random = new Random(caller);
                running.add(callers.submit(() -> {
                    for (int call = 0; call < CALLS; call++) {
                        call(batcher, random, items);
                    }
                }));
            }
            for (Future<?> caller : running) {
                caller.get();
            }
        } finally {
            batcher.close();
            callers.shutdownNow();
            answers.shutdown();
        }
        assertEquals(items.get(), answered.get() + failed.get() + cancelled.get() + refused.get());
        assertEquals(0, batcher.queued());
        assertTrue(largest.get() > 1, "nothing was batched");
        assertTrue(answered.get() > 0 && failed.get() > 0 && cancelled.get() > 0, "each fate was met");
    }

    private List<Integer> square(List<Integer> items, Cancellation cancellation) {
        largest.accumulateAndGet(items.size(), Math::max);
        assertTrue(items.size() <= MAX_BATCH);
        assertEquals(1, items.stream().map(item -> item % 3).distinct().count(), "keys were mixed");
        if (items.stream().anyMatch(item -> item % 50 == 0)) {
            throw new IllegalStateException("bad item");
        }
        if (ThreadLocalRandom.current().nextInt(4) == 0) {
            Thread.yield();
        }
        return items.stream().map(item -> item * item).toList();
    }

    private void call(DynamicBatcher<Integer, Integer> batcher, Random random, AtomicInteger count) {
        List<Integer> items = random.ints(1 + random.nextInt(5), 0, 10_000).boxed().toList();
        count.addAndGet(items.size());
        List<CompletableFuture<Batched<Integer>>> results;
        try {
            results = batcher.submit(items);
        } catch (Failure full) {
            assertEquals(Reason.QUEUE_FULL, full.reason());
            refused.addAndGet(items.size());
            return;
        }
        if (random.nextInt(4) == 0) {
            results.forEach(result -> result.cancel(true));
        }
        for (int i = 0; i < items.size(); i++) {
            settle(items.get(i), results.get(i));
        }
    }

    private void settle(int item, CompletableFuture<Batched<Integer>> result) {
        try {
            assertEquals(item * item, result.join().value());
            answered.incrementAndGet();
        } catch (CancellationException left) {
            cancelled.incrementAndGet();
        } catch (CompletionException bad) {
            assertEquals(0, item % 50, "only bad items fail: " + bad);
            failed.incrementAndGet();
        }
    }
}
