package io.tesserae.gateway.sight;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** SHA-256 of something: what caches know it by. Two that are equal are of the same thing, as surely as anything is in a computer. */
public final class ContentHash {

    private final byte[] sha256;

    private ContentHash(byte[] sha256) {
        this.sha256 = sha256;
    }

    /** Of bytes as they are. */
    public static ContentHash of(byte[] bytes) {
        return new ContentHash(digest().digest(bytes));
    }

    /** Of several fields. Each goes in after its length, so that no two lists of fields look alike; {@code tag} says what they are. */
    public static ContentHash of(String tag, Object... fields) {
        MessageDigest digest = digest();
        add(digest, tag.getBytes(StandardCharsets.UTF_8));
        for (Object field : fields) {
            add(digest, field instanceof ContentHash hash ? hash.sha256
                    : field instanceof byte[] bytes ? bytes
                    : field.toString().getBytes(StandardCharsets.UTF_8));
        }
        return new ContentHash(digest.digest());
    }

    private static void add(MessageDigest digest, byte[] field) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
        digest.update(field);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Its 32 bytes; never written to. */
    public byte[] bytes() {
        return sha256;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContentHash hash && Arrays.equals(sha256, hash.sha256);
    }

    @Override
    public int hashCode() {
        return ByteBuffer.wrap(sha256).getInt();
    }

    @Override
    public String toString() {
        return String.format("%08x…", hashCode());
    }
}
