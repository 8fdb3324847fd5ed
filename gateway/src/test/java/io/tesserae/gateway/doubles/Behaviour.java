package io.tesserae.gateway.doubles;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What all doubles do, and what was done to them. One object is shared by all stages. */
public final class Behaviour {

    static final ScheduledExecutorService LATER = Executors.newScheduledThreadPool(4, work -> {
        Thread thread = new Thread(work, "doubles");
        thread.setDaemon(true);
        return thread;
    });

    public volatile String revision;
    public volatile int context;
    public volatile boolean eyeProjects;
    public volatile long encodeMillis;
    public volatile long projectMillis;
    /** While this is so, the eye takes tiles and answers none. */
    public volatile boolean eyeHolds;
    public volatile Reason encodeFails;
    /** So many of the next tiles fail, after the time that they would have taken. */
    public final AtomicInteger tilesToFail = new AtomicInteger();
    public volatile Reason generateFails;
    public final AtomicInteger encodesBegun = new AtomicInteger();
    public final AtomicInteger encodesCancelled = new AtomicInteger();
    public final AtomicInteger projects = new AtomicInteger();
    public final AtomicInteger generatesBegun = new AtomicInteger();
    public final AtomicInteger generatesCancelled = new AtomicInteger();
    public final AtomicInteger tokensSent = new AtomicInteger();
    public final AtomicInteger encodesAtOnce = new AtomicInteger();
    public final AtomicInteger mostEncodesAtOnce = new AtomicInteger();
    public volatile io.tesserae.llm.v1.GenerateStart lastStart;
    public volatile io.tesserae.llm.v1.RenderChatRequest lastRender;
    /** What the brain says whatever it is asked; null for its prompt. */
    public volatile String says;

    public Behaviour() {
        reset();
    }

    public void reset() {
        revision = "a".repeat(64);
        context = 2048;
        eyeProjects = true;
        encodeMillis = 0;
        projectMillis = 0;
        eyeHolds = false;
        encodeFails = null;
        generateFails = null;
        says = null;
        for (AtomicInteger count : new AtomicInteger[] {encodesBegun, encodesCancelled, projects, tilesToFail, generatesBegun,
            generatesCancelled, tokensSent, mostEncodesAtOnce}) {
            count.set(0);
        }
    }

    /** Whether the call may go on; a call planned with another revision is refused as the contract says. */
    boolean accepts(String planned, StreamObserver<?> observer) {
        if (planned.isEmpty() || planned.equals(revision)) {
            return true;
        }
        observer.onError(Failure.of(Reason.REVISION_MISMATCH, "another revision is loaded").toStatus());
        return false;
    }

    /** Runs {@code work} after that time, and not before the eye is let go. */
    void encoded(Runnable work, long millis) {
        LATER.schedule(() -> {
            if (eyeHolds) {
                encoded(work, 5);
            } else {
                work.run();
            }
        }, millis, TimeUnit.MILLISECONDS);
    }

    <T> void answer(StreamObserver<T> observer, T message, long millis) {
        LATER.schedule(() -> {
            if (!((ServerCallStreamObserver<T>) observer).isCancelled()) {
                observer.onNext(message);
                observer.onCompleted();
            }
        }, millis, TimeUnit.MILLISECONDS);
    }
}
