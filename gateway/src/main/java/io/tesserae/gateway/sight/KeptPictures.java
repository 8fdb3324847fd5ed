package io.tesserae.gateway.sight;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Encoded pictures, those used last, up to a number of bytes. Not thread-safe.
 *
 * <p>Plain least-recently-used on purpose: what comes after a picture's first question is its second, and policies that weigh how often
 * something was used (Caffeine's) turn a newcomer away while everything kept was used as often.
 */
final class KeptPictures {

    private final Map<ContentHash, EncodedPicture> pictures = new LinkedHashMap<>(16, 0.75f, true);
    private final long most;
    private long bytes;

    KeptPictures(long most) {
        this.most = most;
    }

    /** The picture of that key, or null. */
    EncodedPicture get(ContentHash key) {
        return pictures.get(key);
    }

    /** Keeps a picture, unless it takes more than all room there is. Returns how many others had to go. */
    int put(ContentHash key, EncodedPicture picture) {
        if (picture.bytes() > most) {
            return 0;
        }
        EncodedPicture before = pictures.put(key, picture);
        bytes += picture.bytes() - (before == null ? 0 : before.bytes());
        int gone = 0;
        for (Iterator<EncodedPicture> oldest = pictures.values().iterator(); bytes > most; gone++) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
        return gone;
    }

    void clear() {
        pictures.clear();
        bytes = 0;
    }

    long bytes() {
        return bytes;
    }
}
