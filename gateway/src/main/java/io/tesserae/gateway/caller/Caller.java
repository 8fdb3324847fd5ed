package io.tesserae.gateway.caller;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Somebody who may ask. Two requests with the same key are of one caller. */
public final class Caller {

    private final String name;
    private final int priority;
    private final Allowance allowance;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong spent = new AtomicLong();

    Caller(String name, int priority, Allowance allowance) {
        this.name = name;
        this.priority = priority;
        this.allowance = allowance;
    }

    /** Who it is, in logs and as the owner of files. */
    public String name() {
        return name;
    }

    /** Lower goes first; 0 is usual. */
    public int priority() {
        return priority;
    }

    /** A request begins; a {@link io.tesserae.contract.failure.Failure} where the allowance has no more. */
    void begin() {
        allowance.begin();
        asked.incrementAndGet();
    }

    void end() {
        allowance.end();
    }

    void spend(long tokens) {
        spent.addAndGet(tokens);
        allowance.spend(tokens);
    }

    /** Requests since the start. */
    public long requestsAsked() {
        return asked.get();
    }

    /** Tokens since the start. */
    public long tokensSpent() {
        return spent.get();
    }

    /** Requests under way. */
    public int atOnce() {
        return allowance.atOnce();
    }

    /** What OpenAI's headers say of the allowance, by their names; nothing of what is unlimited. */
    public Map<String, String> rateHeaders() {
        Map<String, String> headers = new LinkedHashMap<>();
        tell(headers, "requests", allowance.requests());
        tell(headers, "tokens", allowance.tokens());
        return headers;
    }

    private static void tell(Map<String, String> headers, String what, TokenBucket bucket) {
        if (bucket != null) {
            headers.put("x-ratelimit-limit-" + what, Long.toString(bucket.capacity()));
            headers.put("x-ratelimit-remaining-" + what, Long.toString(bucket.remaining()));
            headers.put("x-ratelimit-reset-" + what, span(bucket.untilFull()));
        }
    }

    /** As OpenAI writes it: {@code 120ms}, {@code 1.5s}, {@code 6m0s}. */
    static String span(long nanos) {
        long millis = (nanos + 999_999) / 1_000_000;
        if (millis < 1_000) {
            return millis + "ms";
        }
        long seconds = millis / 1_000;
        if (seconds < 60) {
            long rest = millis % 1_000;
            return rest == 0 ? seconds + "s" : seconds + "." + String.format("%03d", rest).replaceAll("0+$", "") + "s";
        }
        long hours = seconds / 3_600;
        return (hours > 0 ? hours + "h" : "") + seconds / 60 % 60 + "m" + seconds % 60 + "s";
    }
}
