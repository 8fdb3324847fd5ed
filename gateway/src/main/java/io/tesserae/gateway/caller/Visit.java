package io.tesserae.gateway.caller;

import io.tesserae.contract.failure.Failure;
import java.time.Duration;
import java.util.Optional;

/**
 * One request of a caller, from its arrival to its end: what the audit line says of it, and what is charged to the caller. It holds no word
 * of what was asked and no byte of a picture.
 */
public final class Visit {

    private final String id;
    private final String how;
    private final String from;
    private final long arrival = System.nanoTime();
    private volatile Caller caller;
    private volatile Duration timeout;
    private volatile int urgency;
    private volatile String model = "";
    private volatile int images;
    private volatile long promptTokens;
    private volatile long generatedTokens;
    private volatile String reason = "";
    private boolean counted;
    /** The response itself, and what is being done for it. */
    private int open = 1;
    private Runnable over;

    /**
     * @param id   identifies the request in logs, traces and answers
     * @param how  method and path, such as {@code POST /v1/chat/completions}
     * @param from the other end's address; empty where it is not known
     */
    public Visit(String id, String how, String from) {
        this.id = id;
        this.how = how;
        this.from = from;
    }

    /** Work of our own, which nobody is charged for. */
    public static Visit ofNobody(String id) {
        return new Visit(id, "", "");
    }

    public String id() {
        return id;
    }

    String how() {
        return how;
    }

    String from() {
        return from;
    }

    /** Nanoseconds since the arrival. */
    long age() {
        return System.nanoTime() - arrival;
    }

    /** Says who it is. */
    public void by(Caller who) {
        caller = who;
    }

    /** Who it is, once that is known. */
    public Optional<Caller> caller() {
        return Optional.ofNullable(caller);
    }

    /** The caller's name; {@code anonymous} before it is known. */
    public String callerName() {
        Caller who = caller;
        return who == null ? Callers.ANONYMOUS : who.name();
    }

    /** Has {@code hook} run once the response is over and so is all work that was begun for it. */
    public synchronized void whenOver(Runnable hook) {
        over = hook;
    }

    /** Work was begun that must end before the visit does. */
    public synchronized void opens() {
        open++;
    }

    /** The response, or a piece of work, is over. */
    public void closes() {
        Runnable hook;
        synchronized (this) {
            open--;
            hook = open == 0 ? over : null;
        }
        if (hook != null) {
            hook.run();
        }
    }

    /** Counts the request against its caller's allowance until {@link #leave}; a {@link Failure} where there is no more. */
    public synchronized void enter() {
        caller.begin();
        counted = true;
    }

    /** The request is over. Only the first call counts. */
    public synchronized void leave() {
        if (counted) {
            counted = false;
            caller.end();
        }
    }

    /** How long the caller is willing to wait. */
    public void within(Duration asked) {
        timeout = asked;
    }

    /** How long the caller is willing to wait, where it said so. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** Makes this one request more urgent (below 0) or less (above 0) than the caller's others. */
    public void urgency(int difference) {
        urgency = difference;
    }

    /** Lower goes first. */
    public int priority() {
        Caller who = caller;
        return urgency + (who == null ? 0 : who.priority());
    }

    /** What was asked of which model. */
    public void asks(String modelName, int imageCount) {
        model = modelName;
        images = imageCount;
    }

    /** Tokens of prompt and answer, charged to the caller. */
    public void spends(long prompt, long generated) {
        promptTokens += prompt;
        generatedTokens += generated;
        Caller who = caller;
        if (who != null) {
            who.spend(prompt + generated);
        }
    }

    /** Why it was not answered. */
    public void failed(Failure failure) {
        reason = failure.reason().name();
    }

    String model() {
        return model;
    }

    int images() {
        return images;
    }

    long promptTokens() {
        return promptTokens;
    }

    long generatedTokens() {
        return generatedTokens;
    }

    String reason() {
        return reason;
    }
}
