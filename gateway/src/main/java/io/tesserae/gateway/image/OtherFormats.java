package io.tesserae.gateway.image;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names what is not taken, so that the caller knows what to convert. */
final class OtherFormats {

    private static final int LOOKED_AT = 1024;

    private OtherFormats() {
    }

    static String nameOf(byte[] file) {
        if (starts(file, 4, "ftyp")) {
            return isoMedia(file);
        }
        if (starts(file, 0, "II*\0") || starts(file, 0, "MM\0*") || starts(file, 0, "II+\0") || starts(file, 0, "MM\0+")) {
            return "a TIFF";
        }
        if (starts(file, 0, "\u00ff\n") || starts(file, 0, "\0\0\0\fJXL ")) {
            return "a JPEG XL";
        }
        if (starts(file, 0, "\0\0\0\fjP  ") || starts(file, 0, "\u00ffO\u00ffQ")) {
            return "a JPEG 2000";
        }
        if (starts(file, 0, "\0\0\1\0") || starts(file, 0, "\0\0\2\0")) {
            return "an ICO";
        }
        if (starts(file, 0, "BM")) {
            return "a BMP";
        }
        if (starts(file, 0, "%PDF")) {
            return "a PDF";
        }
        if (starts(file, 0, "8BPS")) {
            return "a PSD";
        }
        return text(file);
    }

    private static String isoMedia(byte[] file) {
        if (starts(file, 8, "avif") || starts(file, 8, "avis")) {
            return "an AVIF";
        }
        for (String brand : new String[] {"heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"}) {
            if (starts(file, 8, brand)) {
                // Files of the general brand name their codec among the compatible ones.
                return head(file).contains("avif") ? "an AVIF" : "a HEIC";
            }
        }
        return "a video or another ISO media file";
    }

    private static String text(byte[] file) {
        String head = head(file).stripLeading().toLowerCase(Locale.ROOT);
        if (head.contains("<svg")) {
            return "an SVG";
        }
        if (head.startsWith("<!doctype html") || head.startsWith("<html")) {
            return "an HTML page";
        }
        return "of an unknown type";
    }

    private static String head(byte[] file) {
        return new String(file, 0, Math.min(file.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
    }

    private static boolean starts(byte[] file, int at, String letters) {
        return Cursor.starts(file, at, file.length, letters);
    }
}
