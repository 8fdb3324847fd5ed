package io.tesserae.gateway.image;

import io.tesserae.contract.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the orientation in a picture's EXIF block (a TIFF directory), or else in its XMP packet, as Pillow does. A broken block
 * says nothing: it is no reason to refuse the picture.
 */
final class Exif {

    private static final String PREFIX = "Exif\0\0";
    private static final int ORIENTATION = 0x0112;
    private static final Pattern IN_XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

    private Exif() {
    }

    /** The orientation that either of them gives; both may be null. */
    static Orientation orientation(byte[] exif, byte[] xmp) {
        OptionalLong value = OptionalLong.empty();
        try {
            value = exif == null ? value : inDirectory(exif);
        } catch (Failure broken) {
            // The block ends early: what XMP says then counts.
        }
        if (value.isPresent()) {
            return Orientation.of(value.getAsLong());
        }
        Matcher found = IN_XMP.matcher(xmp == null ? "" : new String(xmp, StandardCharsets.ISO_8859_1));
        return found.find() ? Orientation.of(Long.parseLong(found.group(1))) : Orientation.UPRIGHT;
    }

    private static OptionalLong inDirectory(byte[] exif) {
        int start = 0;
        while (Cursor.starts(exif, start, exif.length, PREFIX)) {
            start += PREFIX.length();
        }
        boolean little = Cursor.starts(exif, start, exif.length, "II*\0");
        if (!little && !Cursor.starts(exif, start, exif.length, "MM\0*")) {
            return OptionalLong.empty();
        }
        Cursor header = new Cursor(exif, start + 4, exif.length);
        long directory = start + u32(header, little);
        Cursor entries = new Cursor(exif);
        entries.skip(directory);
        int count = u16(entries, little);
        for (int i = 0; i < count; i++) {
            int tag = u16(entries, little);
            int type = u16(entries, little);
            long values = u32(entries, little);
            if (tag == ORIENTATION) {
                return values == 1 ? value(entries, type, little) : OptionalLong.empty();
            }
            entries.skip(4);
        }
        return OptionalLong.empty();
    }

    /** A single BYTE, SHORT or LONG, which stands in the entry itself. */
    private static OptionalLong value(Cursor entry, int type, boolean little) {
        return switch (type) {
            case 1 -> OptionalLong.of(entry.u8());
            case 3 -> OptionalLong.of(u16(entry, little));
            case 4 -> OptionalLong.of(u32(entry, little));
            default -> OptionalLong.empty();
        };
    }

    private static int u16(Cursor cursor, boolean little) {
        return little ? cursor.u16le() : cursor.u16be();
    }

    private static long u32(Cursor cursor, boolean little) {
        return little ? cursor.u32le() : cursor.u32be();
    }
}
