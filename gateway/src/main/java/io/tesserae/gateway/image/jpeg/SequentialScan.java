package io.tesserae.gateway.image.jpeg;

import io.tesserae.gateway.image.Unreadable;
import java.util.Arrays;
import java.util.List;

/** Reads a scan that holds all of a sequential picture, band by band. */
final class SequentialScan implements BandSource {

    private final JpegFrame frame;
    private final List<Scan.Part> parts;
    private final HuffmanReader reader;
    private final HuffmanTable[] dc;
    private final HuffmanTable[] ac;
    /** Of each part, in zigzag order with room behind. */
    private final int[][] steps;
    /** Of each part the first coefficient of its block before. */
    private final int[] before;
    private final int interval;
    private int mcusLeft;

    SequentialScan(JpegFrame frame, Scan scan, Tables tables, ScanBytes bytes) {
        this.frame = frame;
        parts = scan.parts();
        reader = new HuffmanReader(bytes);
        dc = parts.stream().map(part -> tables.dc(part.dc())).toArray(HuffmanTable[]::new);
        ac = parts.stream().map(part -> tables.ac(part.ac())).toArray(HuffmanTable[]::new);
        steps = parts.stream().map(part -> Zigzag.roomy(tables.quantization(part.component().quantization()))).toArray(int[][]::new);
        before = new int[parts.size()];
        interval = tables.restartInterval();
        mcusLeft = interval;
    }

    @Override
    public void read(int number, Band band) {
        int mcus = frame.mcusWide();
        for (int mcu = 0; mcu < mcus; mcu++) {
            if (interval > 0 && mcusLeft-- == 0) {
                restart();
            }
            for (int p = 0; p < dc.length; p++) {
                readPart(p, mcu, band);
            }
        }
        if (reader.ranOut()) {
            throw Unreadable.truncated();
        }
    }

    private void readPart(int p, int mcu, Band band) {
        Component component = parts.get(p).component();
        short[] to = band.coefficients[component.index()];
        byte[] last = band.last[component.index()];
        int across = component.horizontal();
        for (int y = 0; y < component.vertical(); y++) {
            int block = y * component.blocksWide() + mcu * across;
            for (int x = 0; x < across; x++, block++) {
                before[p] += reader.signed(reader.symbol(dc[p]));
                to[64 * block] = (short) ((short) before[p] * steps[p][0]);
                last[block] = (byte) reader.block(ac[p], steps[p], to, 64 * block);
            }
        }
    }

    private void restart() {
        if (reader.ranOut() || !reader.nextSegment()) {
            throw Unreadable.truncated();
        }
        Arrays.fill(before, 0);
        mcusLeft = interval - 1;
    }
}
