package io.tesserae.gateway.files;

/**
 * An uploaded picture.
 *
 * @param id      {@code file-…}
 * @param owner   name of the caller who uploaded it
 * @param name    what the caller calls it
 * @param purpose {@code vision}
 * @param bytes   its length
 * @param created seconds since 1970
 * @param expires seconds since 1970, when it is gone
 */
public record StoredFile(String id, String owner, String name, String purpose, long bytes, long created, long expires) {

    boolean isOver(long now) {
        return now >= expires;
    }
}
