package io.tesserae.engines.batching;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Items in waiting, by shape key, oldest first. Guarded by its batcher's lock. */
final class Waiting<I, O> {

    private final Map<Object, Deque<Pending<I, O>>> byKey = new LinkedHashMap<>();
    private final int maxBatch;
    private final long maxDelayNanos;
    private int size;

    Waiting(int maxBatch, Duration maxDelay) {
        this.maxBatch = maxBatch;
        this.maxDelayNanos = maxDelay.toNanos();
    }

    int size() {
        return size;
    }

    void add(Pending<I, O> pending) {
        byKey.computeIfAbsent(pending.key(), key -> new ArrayDeque<>()).add(pending);
        size++;
    }

    /** Takes an item out; nothing happens if it does not wait any more. */
    void remove(Pending<I, O> pending) {
        Deque<Pending<I, O>> queue = byKey.get(pending.key());
        if (queue != null && queue.remove(pending)) {
            size--;
            forgetIfEmpty(pending.key(), queue);
        }
    }

    /** Takes a batch that is due: full, or its oldest item has waited long enough, or {@code now} everything must go. Empty if none is. */
    List<Pending<I, O>> takeDue(long nowNanos, boolean everything) {
        Deque<Pending<I, O>> due = null;
        for (Deque<Pending<I, O>> queue : byKey.values()) {
            boolean isDue = everything || queue.size() >= maxBatch || dueIn(queue, nowNanos) <= 0;
            // Among several the oldest head goes first, so that a busy shape cannot starve a rare one.
            if (isDue && (due == null || queue.peek().arrivedNanos() - due.peek().arrivedNanos() < 0)) {
                due = queue;
            }
        }
        return due == null ? List.of() : take(due);
    }

    private List<Pending<I, O>> take(Deque<Pending<I, O>> queue) {
        Object key = queue.peek().key();
        List<Pending<I, O>> taken = new ArrayList<>();
        while (taken.size() < maxBatch && !queue.isEmpty()) {
            taken.add(queue.poll());
        }
        size -= taken.size();
        forgetIfEmpty(key, queue);
        return taken;
    }

    List<Pending<I, O>> takeAll() {
        List<Pending<I, O>> taken = byKey.values().stream().flatMap(Deque::stream).toList();
        byKey.clear();
        size = 0;
        return taken;
    }

    /** Nanoseconds until the next batch is due by waiting; call it only while something waits. */
    long nextDueNanos(long nowNanos) {
        return byKey.values().stream().mapToLong(queue -> dueIn(queue, nowNanos)).min().orElse(maxDelayNanos);
    }

    private long dueIn(Deque<Pending<I, O>> queue, long nowNanos) {
        return queue.peek().arrivedNanos() + maxDelayNanos - nowNanos;
    }

    private void forgetIfEmpty(Object key, Deque<Pending<I, O>> queue) {
        if (queue.isEmpty()) {
            byKey.remove(key);
        }
    }
}
