package io.tesserae.gateway.image;

/** Reads a file's numbers from left to right. Past the end it throws IMAGE_UNREADABLE: truncated. */
public final class Cursor {

    private final byte[] bytes;
    private final int end;
    private int at;

    public Cursor(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public Cursor(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = Math.min(end, bytes.length);
    }

    public int at() {
        return at;
    }

    public int left() {
        return end - at;
    }

    public void skip(long count) {
        need(count);
        at += (int) count;
    }

    public void need(long count) {
        if (count < 0 || count > left()) {
            throw Unreadable.truncated();
        }
    }

    public int u8() {
        need(1);
        return bytes[at++] & 0xff;
    }

    public int u16be() {
        return u8() << 8 | u8();
    }

    public int u16le() {
        return u8() | u8() << 8;
    }

    public int u24le() {
        return u16le() | u8() << 16;
    }

    public long u32be() {
        return (long) u16be() << 16 | u16be();
    }

    public long u32le() {
        return u16le() | (long) u16le() << 16;
    }

    /** Whether these ASCII letters stand here; moves over them only if so. */
    public boolean skips(String letters) {
        if (!starts(bytes, at, end, letters)) {
            return false;
        }
        at += letters.length();
        return true;
    }

    public static boolean starts(byte[] bytes, int at, int end, String letters) {
        if (end - at < letters.length()) {
            return false;
        }
        for (int i = 0; i < letters.length(); i++) {
            if ((bytes[at + i] & 0xff) != letters.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
