package io.tesserae.contract.channel;

import io.grpc.ClientStreamTracer;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One replica as this caller sees it: its connection, and the calls that this caller has open there. Thread-safe. */
final class Replica extends ClientStreamTracer.Factory {

    /** A replica that fails at once looks idle, and would draw everything to it. */
    private static final long SHUNNED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final SocketAddress address;
    private final Subchannel connection;
    private final AtomicInteger open = new AtomicInteger();
    private volatile long failedAt;
    private volatile boolean failed;

    Replica(SocketAddress address, Subchannel connection) {
        this.address = address;
        this.connection = connection;
    }

    SocketAddress address() {
        return address;
    }

    Subchannel connection() {
        return connection;
    }

    /** Calls that are open. */
    int load() {
        return open.get();
    }

    /** Whether it refused or lost a call a moment ago. */
    boolean shunned(long now) {
        return failed && now - failedAt < SHUNNED_NANOS;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        open.incrementAndGet();
        return new ClientStreamTracer() {
            @Override
            public void streamClosed(Status status) {
                open.decrementAndGet();
                if (status.getCode() == Status.Code.UNAVAILABLE || status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                    failedAt = System.nanoTime();
                    failed = true;
                }
            }
        };
    }

    @Override
    public String toString() {
        return address + " with " + open + " calls";
    }
}
