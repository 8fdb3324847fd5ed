package io.tesserae.gateway.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Buckets, and how what is left is told. */
class TokenBucketTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final TokenBucket bucket = new TokenBucket(60, TimeUnit.MINUTES.toNanos(1), now::get);

    private void pass(long seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void givesSoManyAtOnceAndThenAsTheyComeBack() {
        for (int i = 0; i < 60; i++) {
            assertTrue(bucket.take(), "number " + i);
        }
        assertFalse(bucket.take());
        assertEquals(TimeUnit.SECONDS.toNanos(1), bucket.untilOne(), 10);
        pass(2);
        assertTrue(bucket.take());
        assertTrue(bucket.take());
        assertFalse(bucket.take());
        pass(3_600);
        assertEquals(60, bucket.remaining(), "never more than it holds");
        assertEquals(0, bucket.untilFull());
    }

    @Test
    void whatIsChargedLaterHasToComeBackFirst() {
        bucket.charge(100);
        assertEquals(0, bucket.remaining());
        assertFalse(bucket.isOpen());
        pass(40);
        assertFalse(bucket.isOpen());
        pass(1);
        assertTrue(bucket.isOpen());
        assertEquals(TimeUnit.SECONDS.toNanos(59), bucket.untilFull(), 1_000);
    }

    @ParameterizedTest
    @CsvSource({"0,0ms", "1,1ms", "999000000,999ms", "1000000000,1s", "1500000000,1.5s", "12340000000,12.34s", "360000000000,6m0s", "3723000000000,1h2m3s"})
    void spansAreWrittenAsOpenAiWritesThem(long nanos, String written) {
        assertEquals(written, Caller.span(nanos));
    }
}
