package io.tesserae.gateway.image.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads codes and numbers from a scan's bits. Past a segment's end it reads whatever follows, and zeros at the very end; whether
 * that happened is asked once in a while ({@link #ranOut}), not with every bit.
 */
final class HuffmanReader {

    private static final VarHandle EIGHT_BYTES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final ScanBytes scan;
    private final byte[] bytes;
    private final int lastEight;
    /** Next byte to take in. */
    private int at;
    /** Bits taken in and not used, the next one highest; below them zeros or bits that will be taken in again. */
    private long bits;
    private int count;
    private int segment;

    HuffmanReader(ScanBytes scan) {
        this.scan = scan;
        bytes = scan.bytes();
        lastEight = bytes.length - 8;
    }

    /** Whether more was read than this segment holds. */
    boolean ranOut() {
        return 8L * at - count > 8L * scan.ends()[segment];
    }

    /** Goes to the next segment, leaving what remains of this one; false if there is none. */
    boolean nextSegment() {
        if (segment + 1 >= scan.ends().length) {
            return false;
        }
        segment++;
        at = scan.begin(segment);
        bits = 0;
        count = 0;
        return true;
    }

    /** A code's symbol. */
    int symbol(HuffmanTable table) {
        refill();
        int entry = table.lookup()[(int) (bits >>> 64 - HuffmanTable.LOOKUP_BITS)];
        if (entry == 0) {
            entry = table.longCode((int) (bits >>> 64 - 17));
        }
        drop(entry >> 8);
        return entry & 0xff;
    }

    /** A number of that many bits, at most 16, as it stands. */
    int number(int size) {
        if (size == 0) {
            return 0;
        }
        refill();
        int number = (int) (bits >>> 64 - size);
        drop(size);
        return number;
    }

    /** A signed number of that many bits, at most 15. */
    int signed(int size) {
        return size == 0 ? 0 : HuffmanTable.extended(number(size), size);
    }

    /**
     * The coefficients of a block but for the first, each times its step, into {@code to} from {@code block} on. Returns the last
     * one's place in zigzag order, 0 if there is none.
     *
     * @param steps in zigzag order, with {@link Zigzag#ROOM}
     */
    int block(HuffmanTable table, int[] steps, short[] to, int block) {
        int[] numbers = table.numbers();
        byte[] places = Zigzag.PLACES;
        long bits = this.bits;
        int count = this.count;
        int last = 0;
        int k = 1;
        while (k < 64) {
            if (count < 32) {
                if (at <= lastEight) {
                    bits |= (long) EIGHT_BYTES.get(bytes, at) >>> count;
                    at += 63 - count >> 3;
                    count |= 56;
                } else {
                    this.bits = bits;
                    this.count = count;
                    refillSlowly();
                    bits = this.bits;
                    count = this.count;
                }
            }
            int next = (int) (bits >>> 64 - HuffmanTable.LOOKUP_BITS);
            int entry = numbers[next];
            if (entry != 0) {
                int used = entry & 0xff;
                bits <<= used;
                count -= used;
                k += entry >> 8 & 15;
                to[block + places[k]] = (short) ((entry >> 16) * steps[k]);
                last = k++;
                continue;
            }
            int symbol = table.lookup()[next];
            if (symbol == 0) {
                symbol = table.longCode((int) (bits >>> 64 - 17));
            }
            int used = symbol >> 8;
            bits <<= used;
            count -= used;
            int size = symbol & 15;
            k += symbol >> 4 & 15;
            if (size != 0) {
                int number = HuffmanTable.extended((int) (bits >>> 64 - size), size);
                bits <<= size;
                count -= size;
                to[block + places[k]] = (short) (number * steps[k]);
                last = k++;
            } else if ((symbol & 0xf0) == 0xf0) {
                k++;
            } else {
                break;
            }
        }
        this.bits = bits;
        this.count = count;
        return Math.min(last, 63);
    }

    private void drop(int used) {
        bits <<= used;
        count -= used;
    }

    /** Makes at least 32 bits ready, which hold any code and its number. */
    private void refill() {
        if (count >= 32) {
            return;
        }
        if (at <= lastEight) {
            bits |= (long) EIGHT_BYTES.get(bytes, at) >>> count;
            at += 63 - count >> 3;
            count |= 56;
        } else {
            refillSlowly();
        }
    }

    /** Near the end, and past it, where bits are zeros that count as taken in. */
    private void refillSlowly() {
        while (count <= 56) {
            long next = at < bytes.length ? bytes[at] & 0xff : 0;
            bits |= next << 56 - count;
            at++;
            count += 8;
        }
    }
}
