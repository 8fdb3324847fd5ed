package io.tesserae.gateway.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

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

    /** The files of an archive by name. */
    static Map<String, byte[]> zipped(String archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(GoldenPictures.class.getResourceAsStream("/" + archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
