package io.tesserae.gateway.sight;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentHashTest {

    @Test
    void isSha256() {
        assertArrayEquals(HexFormat.of().parseHex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                ContentHash.of("abc".getBytes(StandardCharsets.US_ASCII)).bytes());
    }

    @Test
    void equalsWhatIsTheSameAllThrough() {
        assertEquals(ContentHash.of("tag", 1, "a", List.of(2L)), ContentHash.of("tag", 1, "a", List.of(2L)));
        assertEquals(ContentHash.of("tag", 1).hashCode(), ContentHash.of("tag", 1).hashCode());
    }

    /** Were fields only put one after the other, a picture of 1 × 23 pixels could be taken for one of 12 × 3. */
    @Test
    void fieldsDoNotRunIntoEachOther() {
        assertNotEquals(ContentHash.of("tag", 1, 23), ContentHash.of("tag", 12, 3));
        assertNotEquals(ContentHash.of("tag", "ab", ""), ContentHash.of("tag", "a", "b"));
        assertNotEquals(ContentHash.of("tag", "a"), ContentHash.of("tag", "a", ""));
        assertNotEquals(ContentHash.of("taga"), ContentHash.of("tag", "a"));
        assertNotEquals(ContentHash.of("tag", new byte[] {1}, new byte[] {2}), ContentHash.of("tag", new byte[] {1, 2}));
    }
}
