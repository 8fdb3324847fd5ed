package io.tesserae.gateway.image.jpeg;

import java.util.Arrays;

/** All coefficients of a picture whose scans come one over the other: as they are sent, [block, 64], row after row in a block. */
final class Coefficients implements BandSource {

    private final JpegFrame frame;
    private final short[][] values;
    /** Of each component its steps, row after row in a block; null until its first scan. */
    private final short[][] steps;

    Coefficients(JpegFrame frame) {
        this.frame = frame;
        values = frame.components().stream().map(component -> new short[Math.multiplyExact(64, component.blocks())]).toArray(short[][]::new);
        steps = new short[values.length][];
    }

    short[] of(Component component) {
        return values[component.index()];
    }

    /** Takes the steps that were in place at a component's first scan: later tables are for other components. */
    void latch(Component component, Tables tables) {
        if (steps[component.index()] == null) {
            int[] stored = tables.quantization(component.quantization());
            short[] placed = new short[64];
            for (int k = 0; k < 64; k++) {
                placed[Zigzag.PLACES[k]] = (short) stored[k];
            }
            steps[component.index()] = placed;
        }
    }

    /** Whether every component had a scan. */
    boolean allBegun() {
        return Arrays.stream(steps).noneMatch(one -> one == null);
    }

    @Override
    public void read(int number, Band band) {
    }

    @Override
    public void complete(int number, Band band) {
        for (Component component : frame.components()) {
            int c = component.index();
            int blocks = component.blocksWide() * component.vertical();
            short[] to = band.coefficients[c];
            for (int block = 0; block < blocks; block++) {
                dequantize(values[c], 64 * (number * blocks + block), steps[c], to, 64 * block);
                band.last[c][block] = last(to, 64 * block);
            }
        }
    }

    private static void dequantize(short[] from, int at, short[] steps, short[] to, int block) {
        for (int i = 0; i < 64; i++) {
            to[block + i] = (short) (from[at + i] * steps[i]);
        }
    }

    /** A zigzag place behind which all is zero, found by halves of the block's rows. */
    private static byte last(short[] block, int at) {
        int left = 0;
        int right = 0;
        for (int row = at; row < at + 64; row += 8) {
            left |= block[row + 1] | block[row + 2] | block[row + 3] | (row == at ? 0 : block[row]);
            right |= block[row + 4] | block[row + 5] | block[row + 6] | block[row + 7];
        }
        return (byte) (right != 0 ? 63 : left != 0 ? InverseDct.FIRST_ON_THE_RIGHT - 1 : 0);
    }
}
