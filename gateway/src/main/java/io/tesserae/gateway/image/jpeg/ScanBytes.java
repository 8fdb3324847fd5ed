package io.tesserae.gateway.image.jpeg;

import io.tesserae.gateway.image.Unreadable;
import java.util.Arrays;

/**
 * A scan's bits without what keeps them apart from markers: stuffed bytes are dropped, and restart markers part them into segments.
 *
 * @param bytes   those of all segments, then zeros enough to look ahead
 * @param ends    end of each segment in {@code bytes}; each begins where the one before it ends
 * @param nextAt  place in the file of the marker that ends the scan, or the file's end
 */
record ScanBytes(byte[] bytes, int[] ends, int nextAt) {

    /** Zeros after the last segment. */
    static final int MARGIN = 16;

    /** From {@code at} to the first marker that is none of restart. Restart markers must count as the format says. */
    static ScanBytes of(byte[] file, int at) {
        byte[] bytes = new byte[endOf(file, at) - at + MARGIN];
        int[] ends = new int[16];
        int segments = 0;
        int to = 0;
        int from = at;
        while (true) {
            int marker = nextFill(file, from);
            System.arraycopy(file, from, bytes, to, marker - from);
            to += marker - from;
            from = marker;
            while (from < file.length && file[from] == (byte) 0xff) {
                from++;
            }
            if (from >= file.length) {
                from = file.length;
                break;
            }
            int kind = file[from] & 0xff;
            if (kind == 0) {
                bytes[to++] = (byte) 0xff;
                from++;
            } else if (kind >= 0xd0 && kind <= 0xd7) {
                if (kind - 0xd0 != (segments & 7)) {
                    throw Unreadable.because("the JPEG's restart markers are out of order");
                }
                if (segments + 1 >= ends.length) {
                    ends = Arrays.copyOf(ends, 2 * ends.length);
                }
                ends[segments++] = to;
                from++;
            } else {
                from--;
                break;
            }
        }
        ends[segments++] = to;
        return new ScanBytes(Arrays.copyOf(bytes, to + MARGIN), Arrays.copyOf(ends, segments), from);
    }

    /** The first marker that is none of restart, or the file's end. */
    private static int endOf(byte[] file, int at) {
        int end = nextFill(file, at);
        while (end + 1 < file.length) {
            int kind = file[end + 1] & 0xff;
            if (kind != 0 && kind != 0xff && (kind < 0xd0 || kind > 0xd7)) {
                return end;
            }
            end = nextFill(file, end + (kind == 0xff ? 1 : 2));
        }
        return file.length;
    }

    private static int nextFill(byte[] file, int from) {
        int at = from;
        while (at < file.length && file[at] != (byte) 0xff) {
            at++;
        }
        return at;
    }

    /** All bits of the scan. */
    long bits() {
        return 8L * (bytes.length - MARGIN);
    }

    int begin(int segment) {
        return segment == 0 ? 0 : ends[segment - 1];
    }
}
