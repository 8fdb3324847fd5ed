package io.tesserae.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DirectBuffersTest {

    private final DirectBuffers buffers = new DirectBuffers();

    @Test
    void aLeaseHasExactlyWhatWasAskedFor() {
        try (DirectBuffers.Lease lease = buffers.lease(100)) {
            assertEquals(100, lease.buffer().remaining());
            assertEquals(ByteOrder.LITTLE_ENDIAN, lease.buffer().order());
            assertTrue(lease.buffer().isDirect());
        }
    }

    @Test
    void memoryIsUsedAgain() {
        buffers.lease(1000).close();
        long once = buffers.allocatedBytes();
        for (int i = 1; i <= 1000; i++) {
            buffers.lease(i).close();
        }
        assertEquals(once, buffers.allocatedBytes());
    }

    @Test
    void leasesAtOnceDoNotShare() {
        try (DirectBuffers.Lease one = buffers.lease(8); DirectBuffers.Lease two = buffers.lease(8)) {
            one.buffer().putLong(0, 1);
            two.buffer().putLong(0, 2);
            assertNotEquals(one.buffer().getLong(0), two.buffer().getLong(0));
        }
    }

    @Test
    void holdsNoMoreThanWasInUseAtOnce() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            try (DirectBuffers.Lease one = buffers.lease(random.nextInt(100_000)); DirectBuffers.Lease two = buffers.lease(random.nextInt(100_000))) {
                assertTrue(one.buffer().isDirect() && two.buffer().isDirect());
            }
        }
        assertTrue(buffers.allocatedBytes() <= 2 * 131_072, "holds " + buffers.allocatedBytes());
    }

    @Test
    void closingTwiceGivesBackOnce() {
        DirectBuffers.Lease lease = buffers.lease(64);
        lease.close();
        lease.close();
        try (DirectBuffers.Lease one = buffers.lease(64); DirectBuffers.Lease two = buffers.lease(64)) {
            one.buffer().put(0, (byte) 1);
            two.buffer().put(0, (byte) 2);
            assertEquals(1, one.buffer().get(0));
        }
    }
}
