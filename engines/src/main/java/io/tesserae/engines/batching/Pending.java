package io.tesserae.engines.batching;

import io.grpc.Context;
import java.util.concurrent.CompletableFuture;

/** An item, its shape key and whoever waits for it. Two pendings are equal only if they are the same. */
final class Pending<I, O> {

    private final I item;
    private final Object key;
    private final long arrivedNanos;
    private final Context caller = Context.current();
    private final CompletableFuture<Batched<O>> future = new CompletableFuture<>();

    Pending(I item, Object key, long arrivedNanos) {
        this.item = item;
        this.key = key;
        this.arrivedNanos = arrivedNanos;
    }

    I item() {
        return item;
    }

    Object key() {
        return key;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    /** The call that brought it. */
    Context caller() {
        return caller;
    }

    CompletableFuture<Batched<O>> future() {
        return future;
    }
}
