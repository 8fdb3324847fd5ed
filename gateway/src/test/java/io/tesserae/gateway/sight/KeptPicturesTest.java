package io.tesserae.gateway.sight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tesserae.contract.tensor.Tensor;
import io.tesserae.gateway.stage.EyeOutput.Embeddings;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptPicturesTest {

    /** 4,000 bytes of numbers and the 1,024 that keeping a picture costs. */
    private static final long ONE = 5_024;

    private final KeptPictures kept = new KeptPictures(2 * ONE);

    private static EncodedPicture picture(int tokens) {
        return EncodedPicture.copyOf(List.of(new Embeddings(Tensor.ofFloats(new float[tokens], tokens, 1), List.of())));
    }

    private static ContentHash key(int number) {
        return ContentHash.of("test", number);
    }

    @Test
    void whatWasUsedLongestAgoGoesFirst() {
        assertEquals(0, kept.put(key(1), picture(1_000)));
        assertEquals(0, kept.put(key(2), picture(1_000)));
        assertNotNull(kept.get(key(1)));
        assertEquals(1, kept.put(key(3), picture(1_000)));
        assertNull(kept.get(key(2)));
        assertNotNull(kept.get(key(1)));
        assertNotNull(kept.get(key(3)));
        assertEquals(2 * ONE, kept.bytes());
    }

    @Test
    void aLargePictureTakesThePlaceOfSeveral() {
        kept.put(key(1), picture(1_000));
        kept.put(key(2), picture(1_000));
        assertEquals(2, kept.put(key(3), picture(2_000)));
        assertEquals(9_024, kept.bytes());
    }

    @Test
    void onePictureThatTakesMoreThanAllRoomDrivesNothingOut() {
        kept.put(key(1), picture(1_000));
        assertEquals(0, kept.put(key(2), picture(3_000)));
        assertNull(kept.get(key(2)));
        assertNotNull(kept.get(key(1)));
        assertEquals(ONE, kept.bytes());
    }

    @Test
    void theSameKeyAgainIsCountedOnce() {
        kept.put(key(1), picture(1_000));
        kept.put(key(1), picture(1_000));
        assertEquals(ONE, kept.bytes());
    }

    @Test
    void keepsCopiesSinceStagesSendViewsOfMuchLargerMessages() {
        Tensor batch = Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2, 1);
        Tensor level = batch.row(0);
        EncodedPicture copy = EncodedPicture.copyOf(List.of(new Embeddings(batch.row(1), List.of(level))));
        assertEquals(batch.row(1), copy.slots().get(0).tokens());
        assertEquals(level, copy.slots().get(0).levels().get(0));
        assertNotSame(level, copy.slots().get(0).levels().get(0));
        assertEquals(8, copy.slots().get(0).tokens().data().capacity());
        assertEquals(1_024 + 16, copy.bytes());
    }
}
