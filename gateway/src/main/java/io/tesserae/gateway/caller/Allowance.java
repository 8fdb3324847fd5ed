package io.tesserae.gateway.caller;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.CallerConfig;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How much one caller may still ask. Parts that are null are unlimited. Thread-safe. */
final class Allowance {

    private final TokenBucket requests;
    private final TokenBucket tokens;
    private final TokenBucket daily;
    private final int mostAtOnce;
    private int atOnce;

    Allowance(CallerConfig.Allowance config, LongSupplier clock) {
        requests = config.requestsPerMinute().isPresent()
                ? new TokenBucket(config.requestsPerMinute().getAsInt(), TimeUnit.MINUTES.toNanos(1), clock) : null;
        tokens = config.tokensPerMinute().isPresent()
                ? new TokenBucket(config.tokensPerMinute().getAsLong(), TimeUnit.MINUTES.toNanos(1), clock) : null;
        daily = config.tokensPerDay().isPresent()
                ? new TokenBucket(config.tokensPerDay().getAsLong(), TimeUnit.DAYS.toNanos(1), clock) : null;
        mostAtOnce = config.concurrency().orElse(Integer.MAX_VALUE);
    }

    /** A request begins, or a {@link Failure} says what is spent and when to come back. */
    synchronized void begin() {
        if (daily != null && !daily.isOpen()) {
            throw Failure.overload(Reason.QUOTA_EXCEEDED, seconds(daily.untilOne()), "this key's tokens of the day are spent");
        }
        if (tokens != null && !tokens.isOpen()) {
            throw Failure.overload(Reason.RATE_LIMITED, seconds(tokens.untilOne()),
                    "this key may use " + tokens.capacity() + " tokens a minute; try again later");
        }
        if (atOnce >= mostAtOnce) {
            throw Failure.overload(Reason.RATE_LIMITED, 1, "this key may have " + mostAtOnce + " requests under way at once; try again later");
        }
        if (requests != null && !requests.take()) {
            throw Failure.overload(Reason.RATE_LIMITED, seconds(requests.untilOne()),
                    "this key may send " + requests.capacity() + " requests a minute; try again later");
        }
        atOnce++;
    }

    /** A request that began is over. */
    synchronized void end() {
        atOnce--;
    }

    /** Requests under way. */
    synchronized int atOnce() {
        return atOnce;
    }

    void spend(long spent) {
        if (tokens != null) {
            tokens.charge(spent);
        }
        if (daily != null) {
            daily.charge(spent);
        }
    }

    TokenBucket requests() {
        return requests;
    }

    /** The bucket of tokens that is nearest to its end; null where neither is limited. */
    TokenBucket tokens() {
        return tokens != null ? tokens : daily;
    }

    private static int seconds(long nanos) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, (nanos + 999_999_999L) / 1_000_000_000L));
    }
}
