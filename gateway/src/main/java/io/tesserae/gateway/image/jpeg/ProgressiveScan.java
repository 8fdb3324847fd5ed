package io.tesserae.gateway.image.jpeg;

import io.tesserae.gateway.image.Unreadable;
import java.util.Arrays;
import java.util.List;

/** Reads one scan into a picture's coefficients: a progressive one, or a sequential one of some of the components. */
final class ProgressiveScan {

    private final JpegFrame frame;
    private final Scan scan;
    private final Coefficients coefficients;
    private final HuffmanReader reader;
    private final HuffmanTable[] dc;
    private final HuffmanTable[] ac;
    private final int[] before;
    private final int interval;
    private int mcusLeft;
    /** Blocks that follow and of which this scan says nothing more. */
    private int emptyBlocks;

    ProgressiveScan(JpegFrame frame, Scan scan, Tables tables, ScanBytes bytes, Coefficients coefficients) {
        this.frame = frame;
        this.scan = scan;
        this.coefficients = coefficients;
        reader = new HuffmanReader(bytes);
        List<Scan.Part> parts = scan.parts();
        dc = new HuffmanTable[parts.size()];
        ac = new HuffmanTable[parts.size()];
        for (int p = 0; p < dc.length; p++) {
            boolean sequential = !frame.progressive();
            dc[p] = sequential || scan.first() == 0 && !scan.refines() ? tables.dc(parts.get(p).dc()) : null;
            ac[p] = sequential || scan.first() > 0 ? tables.ac(parts.get(p).ac()) : null;
            coefficients.latch(parts.get(p).component(), tables);
        }
        before = new int[dc.length];
        interval = tables.restartInterval();
        mcusLeft = interval;
    }

    /** Reads all of it; {@code check} is asked before each row. */
    void read(Runnable check) {
        if (scan.parts().size() == 1) {
            readAlone(scan.parts().get(0).component(), check);
        } else {
            readInterleaved(check);
        }
    }

    private void readAlone(Component component, Runnable check) {
        for (int y = 0; y < component.ownBlocksHigh(); y++) {
            check.run();
            for (int x = 0; x < component.ownBlocksWide(); x++) {
                countMcu();
                readBlock(0, coefficients.of(component), 64 * (y * component.blocksWide() + x));
            }
            judge();
        }
    }

    private void readInterleaved(Runnable check) {
        for (int row = 0; row < frame.mcusHigh(); row++) {
            check.run();
            for (int mcu = 0; mcu < frame.mcusWide(); mcu++) {
                countMcu();
                for (int p = 0; p < dc.length; p++) {
                    readPart(p, row, mcu);
                }
            }
            judge();
        }
    }

    private void readPart(int p, int row, int mcu) {
        Component component = scan.parts().get(p).component();
        short[] to = coefficients.of(component);
        for (int y = 0; y < component.vertical(); y++) {
            int block = (row * component.vertical() + y) * component.blocksWide() + mcu * component.horizontal();
            for (int x = 0; x < component.horizontal(); x++) {
                readBlock(p, to, 64 * (block + x));
            }
        }
    }

    private void readBlock(int p, short[] to, int block) {
        if (!frame.progressive()) {
            readDc(p, to, block, 0);
            reader.block(ac[p], Zigzag.UNIT_STEPS, to, block);
        } else if (scan.first() == 0) {
            if (scan.refines()) {
                to[block] |= (short) (reader.number(1) << scan.lowBit());
            } else {
                readDc(p, to, block, scan.lowBit());
            }
        } else if (scan.refines()) {
            refineAc(ac[p], to, block);
        } else {
            readAc(ac[p], to, block);
        }
    }

    private void readDc(int p, short[] to, int block, int lowBit) {
        before[p] += reader.signed(reader.symbol(dc[p]));
        to[block] = (short) (before[p] << lowBit);
    }

    private void readAc(HuffmanTable table, short[] to, int block) {
        if (emptyBlocks > 0) {
            emptyBlocks--;
            return;
        }
        for (int k = scan.first(); k <= scan.last(); k++) {
            int symbol = reader.symbol(table);
            int zeros = symbol >> 4;
            int size = symbol & 15;
            if (size != 0) {
                k += zeros;
                to[block + Zigzag.PLACES[k]] = (short) (reader.signed(size) << scan.lowBit());
            } else if (zeros == 15) {
                k += 15;
            } else {
                emptyBlocks = (1 << zeros) - 1 + reader.number(zeros);
                return;
            }
        }
    }

    /** One more bit for each coefficient that is not zero, and new ones of magnitude 1 among the zeros. */
    private void refineAc(HuffmanTable table, short[] to, int block) {
        int k = scan.first();
        if (emptyBlocks == 0) {
            for (; k <= scan.last(); k++) {
                int symbol = reader.symbol(table);
                int zeros = symbol >> 4;
                int fresh = 0;
                if ((symbol & 15) != 0) {
                    fresh = (reader.number(1) == 1 ? 1 : -1) << scan.lowBit();
                } else if (zeros != 15) {
                    emptyBlocks = (1 << zeros) + reader.number(zeros);
                    break;
                }
                k = refineUpTo(k, zeros, to, block);
                if (fresh != 0) {
                    to[block + Zigzag.PLACES[k]] = (short) fresh;
                }
            }
        }
        if (emptyBlocks > 0) {
            refineUpTo(k, Integer.MAX_VALUE, to, block);
            emptyBlocks--;
        }
    }

    /** Refines from {@code k} on until that many zeros were passed; gives the place of the zero after them, or one past the band. */
    private int refineUpTo(int k, int zeros, short[] to, int block) {
        for (; k <= scan.last(); k++) {
            int at = block + Zigzag.PLACES[k];
            int value = to[at];
            if (value == 0) {
                if (zeros-- == 0) {
                    break;
                }
            } else if (reader.number(1) == 1 && (value & 1 << scan.lowBit()) == 0) {
                to[at] = (short) (value + (value > 0 ? 1 : -1) * (1 << scan.lowBit()));
            }
        }
        return k;
    }

    private void countMcu() {
        if (interval > 0 && mcusLeft-- == 0) {
            judge();
            if (!reader.nextSegment()) {
                throw Unreadable.truncated();
            }
            Arrays.fill(before, 0);
            emptyBlocks = 0;
            mcusLeft = interval - 1;
        }
    }

    private void judge() {
        if (reader.ranOut()) {
            throw Unreadable.truncated();
        }
    }
}
