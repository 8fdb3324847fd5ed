package io.tesserae.gateway.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

/** What is kept of fetched pictures. */
class FetchedImagesTest {

    private final FetchedImages kept = new FetchedImages(100);

    @Test
    void holdsOneFileOnceWhateverItsUrls() {
        kept.put("a", new byte[60], "1", 0);
        kept.put("b", new byte[60], "2", 0);
        assertEquals(60, kept.bytes());
        assertSame(kept.get("a").bytes(), kept.get("b").bytes());
    }

    @Test
    void lessRecentlyUsedGoFirst() {
        kept.put("a", new byte[] {1, 2}, null, 0);
        kept.put("b", new byte[60], null, 0);
        kept.get("a");
        kept.put("c", new byte[61], null, 0);
        assertNull(kept.get("b"));
        assertNotNull(kept.get("a"));
        assertEquals(63, kept.bytes());
    }

    @Test
    void anotherFileTakesThePlaceOfTheUrlsOldOne() {
        kept.put("a", new byte[60], null, 0);
        kept.put("a", new byte[70], null, 0);
        assertEquals(70, kept.bytes());
        kept.put("a", new byte[101], null, 0);
        assertEquals(70, kept.bytes(), "what is larger than all room is not kept");
        kept.clear();
        assertEquals(0, kept.bytes());
        assertNull(kept.get("a"));
    }
}
