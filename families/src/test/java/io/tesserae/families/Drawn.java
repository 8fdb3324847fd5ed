package io.tesserae.families;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Pictures made by the formulas that the golden files' scripts use. */
public final class Drawn {

    private Drawn() {
    }

    /** Channel c at (x, y) is (x·x·(c+1) + y·(7−c)·3 + x·y) / 4 modulo 256. */
    public static Pixels smooth(int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        int at = 0;
        for (long y = 0; y < height; y++) {
            for (long x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[at++] = (byte) ((x * x * (c + 1) + y * (7 - c) * 3 + x * y) / 4);
                }
            }
        }
        return new Pixels(width, height, rgb);
    }

    /** The i-th byte is bits 16 to 23 of (i + 1)·2654435761. */
    public static Pixels hashed(int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ((i + 1) * 2654435761L >> 16);
        }
        return new Pixels(width, height, rgb);
    }

    public static String sha256(Pixels pixels) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pixels.rgb()));
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new AssertionError(everyJvmHasIt);
        }
    }
}
