package io.tesserae.gateway.image.jpeg;

import java.util.List;

/**
 * What cameras write: luma in full and chroma halved in width, perhaps in height too (4:2:2, 4:2:0). Pixels are computed in two
 * halves, even columns and odd ones, whose chroma is interpolated from the nearer sample and its left or its right neighbour.
 */
final class PairPainter extends Painter {

    private static final int NARROWEST = 3;

    private final Component luma;
    private final Component cb;
    private final Component cr;
    private final boolean halfHeight;

    PairPainter(JpegFrame frame, byte[] rgb) {
        super(frame, rgb);
        luma = frame.components().get(0);
        cb = frame.components().get(1);
        cr = frame.components().get(2);
        halfHeight = luma.vertical() == 2;
    }

    static boolean suits(JpegFrame frame) {
        List<Component> all = frame.components();
        Component luma = all.get(0);
        return luma.horizontal() == 2 && luma.vertical() <= 2 && luma.width() > 2 * (NARROWEST - 1)
                && all.stream().skip(1).allMatch(chroma -> chroma.horizontal() == 1 && chroma.vertical() == 1);
    }

    @Override
    Band newBand() {
        return new Band(frame.components(), new boolean[] {true, false, false}, 9, cb.width());
    }

    @Override
    void paintRow(int y, int number, Bands bands) {
        Band own = bands.band(number);
        int[][] scratch = own.scratch;
        int row = 2 * (y % (8 * luma.vertical()));
        int[] blue = tall(cb, y, bands, scratch[0]);
        int[] red = tall(cr, y, bands, scratch[1]);
        neighbours(blue, -1, scratch[2]);
        neighbours(red, -1, scratch[3]);
        pixels(own.samples[0][row], blue, red, scratch, halfHeight ? 8 : 1, scratch[4]);
        neighbours(blue, 1, scratch[2]);
        neighbours(red, 1, scratch[3]);
        pixels(own.samples[0][row + 1], blue, red, scratch, halfHeight ? 7 : 2, scratch[5]);
        write(scratch[4], scratch[5], frame.width(), rgb, 3 * y * frame.width());
    }

    /** A row's chroma, brought to full height and then four times too large if it was halved. */
    private int[] tall(Component chroma, int y, Bands bands, int[] to) {
        int[] near = samples(chroma, halfHeight ? y / 2 : y, bands);
        if (!halfHeight) {
            return near;
        }
        Lanes.blend(near, samples(chroma, furtherRow(chroma, y), bands), to, chroma.width());
        return to;
    }

    /** Each sample's neighbour to the left (−1) or to the right (1); beyond the edge the edge itself. */
    private void neighbours(int[] row, int side, int[] to) {
        int last = cb.width() - 1;
        System.arraycopy(row, Math.max(0, side), to, Math.max(0, -side), last);
        to[side < 0 ? 0 : last] = row[side < 0 ? 0 : last];
    }

    /** Every second pixel of a row, whose chroma's neighbours are in the scratch rows 2 and 3. */
    private void pixels(int[] y, int[] blue, int[] red, int[][] scratch, int bias, int[] to) {
        int count = cb.width();
        if (halfHeight) {
            Lanes.sixteenth(blue, scratch[2], bias, scratch[2], count);
            Lanes.sixteenth(red, scratch[3], bias, scratch[3], count);
        } else {
            Lanes.quarter(blue, scratch[2], bias, scratch[2], count);
            Lanes.quarter(red, scratch[3], bias, scratch[3], count);
        }
        Lanes.red(y, scratch[3], scratch[6], count);
        Lanes.green(y, scratch[2], scratch[3], scratch[7], count);
        Lanes.blue(y, scratch[2], scratch[8], count);
        Lanes.join(scratch[6], scratch[7], scratch[8], to, count);
    }
}
