package io.tesserae.gateway.chat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, by which tiles and prompt slots are known to caches. */
final class Hashes {

    private Hashes() {
    }

    static byte[] sha256(byte[] bytes) {
        return digest().digest(bytes);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
