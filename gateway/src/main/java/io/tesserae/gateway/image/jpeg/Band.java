package io.tesserae.gateway.image.jpeg;

import java.util.Arrays;
import java.util.List;

/** Room for one row of MCUs, used for one after another. */
final class Band {

    /** Of each component, dequantized: [row of blocks, block, 64]. Between uses all zero but for each block's first. */
    final short[][] coefficients;
    /** Of each block the zigzag place of its last coefficient that may not be zero: [row of blocks, block]. */
    final byte[][] last;
    /** Samples of each component, 0 to 255: [component][row][sample]. A split component has for each row one of even samples and one of odd. */
    final int[][][] samples;
    /** Rows that a painter may use as it likes. */
    final int[][] scratch;
    private final int[] between = new int[64];
    private final List<Component> components;
    private final boolean[] split;

    /** @param split of each component, whether even and odd samples are kept apart */
    Band(List<Component> components, boolean[] split, int scratchRows, int scratchLength) {
        this.components = components;
        this.split = split;
        int count = components.size();
        coefficients = new short[count][];
        last = new byte[count][];
        samples = new int[count][][];
        for (Component component : components) {
            int c = component.index();
            int blocks = component.blocksWide() * component.vertical();
            coefficients[c] = new short[64 * blocks];
            last[c] = new byte[blocks];
            int parts = split[c] ? 2 : 1;
            samples[c] = new int[8 * component.vertical() * parts][8 * component.blocksWide() / parts];
        }
        scratch = new int[scratchRows][scratchLength];
    }

    /** Makes samples of coefficients, and these zero. */
    void transform() {
        for (Component component : components) {
            int[][] rows = samples[component.index()];
            int each = rows.length / component.vertical();
            for (int row = 0; row < component.vertical(); row++) {
                transform(component.index(), row * component.blocksWide(), component.blocksWide(),
                        Arrays.copyOfRange(rows, row * each, (row + 1) * each));
            }
            for (int[] row : rows) {
                Lanes.clip(row, row.length);
            }
        }
    }

    private void transform(int c, int firstBlock, int blocks, int[][] rows) {
        short[] from = coefficients[c];
        InverseDct.Rows to = split[c] ? InverseDct.Rows.split(rows) : InverseDct.Rows.whole(rows);
        for (int x = 0; x < blocks; x++) {
            int block = 64 * (firstBlock + x);
            if (last[c][firstBlock + x] == 0) {
                InverseDct.flat(from[block], to, x);
            } else {
                InverseDct.block(from, block, last[c][firstBlock + x], between, to, x);
                Arrays.fill(from, block, block + 64, (short) 0);
            }
        }
    }
}
