package io.tesserae.gateway.remote;

import io.tesserae.gateway.sight.ContentHash;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pictures that were fetched, those used last, up to a number of bytes. The same file behind several URLs is held once. A URL says which
 * file is meant, never what a picture is known by further on: that is its content.
 */
final class FetchedImages {

    private final Map<String, Kept> byUrl = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<ContentHash, Content> contents = new HashMap<>();
    private final long most;
    private long bytes;

    /**
     * A picture that was fetched.
     *
     * @param tag   its server's entity tag; null for none
     * @param until on the nanosecond clock, when its server must be asked again
     */
    record Kept(ContentHash hash, byte[] bytes, String tag, long until) {

        boolean isFresh(long now) {
            return now - until < 0;
        }
    }

    private static final class Content {

        private final byte[] bytes;
        private int urls;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    FetchedImages(long most) {
        this.most = most;
    }

    /** What was fetched from that URL last, or null. */
    synchronized Kept get(String url) {
        return byUrl.get(url);
    }

    /** Keeps a file, unless it takes more than all room there is. */
    synchronized void put(String url, byte[] file, String tag, long until) {
        if (file.length > most) {
            return;
        }
        ContentHash hash = ContentHash.of(file);
        Content content = contents.computeIfAbsent(hash, unknown -> {
            bytes += file.length;
            return new Content(file);
        });
        content.urls++;
        Kept before = byUrl.put(url, new Kept(hash, content.bytes, tag, until));
        if (before != null) {
            drop(before);
        }
        for (Iterator<Kept> oldest = byUrl.values().iterator(); bytes > most && oldest.hasNext();) {
            Kept gone = oldest.next();
            oldest.remove();
            drop(gone);
        }
    }

    private void drop(Kept kept) {
        Content content = contents.get(kept.hash());
        if (--content.urls == 0) {
            contents.remove(kept.hash());
            bytes -= content.bytes.length;
        }
    }

    synchronized long bytes() {
        return bytes;
    }

    /** Forgets everything. */
    synchronized void clear() {
        byUrl.clear();
        contents.clear();
        bytes = 0;
    }
}
