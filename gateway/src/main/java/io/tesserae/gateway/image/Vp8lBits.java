package io.tesserae.gateway.image;

/** Reads a VP8L stream's bits, low bits first. Past the end it throws IMAGE_UNREADABLE. */
final class Vp8lBits {

    private final byte[] bytes;
    private final int end;
    private int at;
    private long held;
    private int count;

    Vp8lBits(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** 0 to 24 bits. */
    int read(int bits) {
        int value = peek(bits);
        drop(bits);
        return value;
    }

    boolean flag() {
        return read(1) != 0;
    }

    /** The next bits, zeros where the stream has ended. */
    int peek(int bits) {
        while (count < bits && at < end) {
            held |= (bytes[at++] & 0xffL) << count;
            count += 8;
        }
        return (int) held & (1 << bits) - 1;
    }

    void drop(int bits) {
        if (bits > count) {
            throw Unreadable.truncated();
        }
        held >>>= bits;
        count -= bits;
    }
}
