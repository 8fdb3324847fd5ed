package io.tesserae.gateway.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A PNG's rows, one by one, inflated from its IDAT chunks and with their filters undone. */
final class PngRows implements AutoCloseable {

    /** Deflate makes at most that many bytes of one. */
    private static final int MOST_DEFLATED = 1032;

    private final byte[] file;
    private final Cursor chunks;
    private final Inflater inflater = new Inflater();
    private final int pixelBits;
    private byte[] row = new byte[0];
    private byte[] above = new byte[0];

    PngRows(byte[] file, int dataAt, int pixelBits) {
        this.file = file;
        chunks = new Cursor(file, dataAt, file.length);
        this.pixelBits = pixelBits;
    }

    /** Throws IMAGE_UNREADABLE where the file is too short for that many bytes whatever it holds: no memory is spent on it. */
    void checkRoomFor(long bytes) {
        if ((long) chunks.left() * MOST_DEFLATED < bytes) {
            throw Unreadable.truncated();
        }
    }

    /** The next row, a filter byte first; valid until the next call but one. The first row of a pass has none above it. */
    byte[] next(int columns, boolean firstOfPass) {
        int length = 1 + (int) ((long) columns * pixelBits + 7 >> 3);
        byte[] free = above;
        above = firstOfPass ? new byte[length] : row;
        row = free.length == length ? free : new byte[length];
        for (int at = 0; at < length; ) {
            at += inflate(row, at, length - at, true);
        }
        PngFilter.undo(row, above, Math.max(1, pixelBits >> 3));
        return row;
    }

    /** Checks what is left of the stream, where it is there: its checksum tells whether the pixels are those that were written. */
    void finish() {
        byte[] rest = new byte[1024];
        for (int count = 1; count > 0 && !inflater.finished(); ) {
            count = inflate(rest, 0, rest.length, false);
        }
    }

    private int inflate(byte[] to, int at, int length, boolean needed) {
        try {
            while (true) {
                int count = inflater.inflate(to, at, length);
                if (count > 0) {
                    return count;
                }
                if (inflater.needsDictionary()) {
                    throw Unreadable.because("the PNG's data are broken");
                }
                if (inflater.finished() || !moreInput()) {
                    if (needed) {
                        throw Unreadable.truncated();
                    }
                    return 0;
                }
            }
        } catch (DataFormatException broken) {
            throw Unreadable.because("the PNG's data are broken", broken);
        }
    }

    /** Gives the inflater the next IDAT chunk, as much of it as there is. */
    private boolean moreInput() {
        while (chunks.left() >= 8) {
            long length = chunks.u32be();
            if (!chunks.skips("IDAT")) {
                return false;
            }
            int here = (int) Math.min(length, chunks.left());
            inflater.setInput(file, chunks.at(), here);
            chunks.skip(Math.min(length + 4, chunks.left()));
            if (here > 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
