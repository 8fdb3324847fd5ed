package io.tesserae.gateway.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Small pictures in every format, with their pixels as Pillow decodes them; made by training/fixtures/picture_decoding.py. */
final class GoldenPictures {

    static final PictureLimits WIDE = new PictureLimits(100_000_000, 100_000_000, 100_000);

    private GoldenPictures() {
    }

    static JsonNode entries() throws IOException {
        return new ObjectMapper().readTree(bytes("golden.json")).path("pictures");
    }

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = GoldenPictures.class.getResourceAsStream("/pictures/" + name)) {
            return in.readAllBytes();
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
