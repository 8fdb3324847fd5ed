package io.tesserae.gateway.image.jpeg;

import java.util.Arrays;
import java.util.List;

/** Any sampling and any colours: each component's row is brought to full width, then they are put together. */
final class RowPainter extends Painter {

    private final JpegColours colours;
    private final List<Component> components;

    RowPainter(JpegFrame frame, JpegColours colours, byte[] rgb) {
        super(frame, rgb);
        this.colours = colours;
        components = frame.components();
    }

    /** Scratch: a row of each component, then the pixels, one row before it is widened, and three channels. */
    @Override
    Band newBand() {
        int widest = 8 * frame.mostHorizontal() * frame.mcusWide();
        return new Band(components, new boolean[components.size()], components.size() + 5, widest);
    }

    @Override
    void paintRow(int y, int number, Bands bands) {
        int[][] scratch = bands.band(number).scratch;
        int count = components.size();
        int[][] rows = new int[count][];
        for (Component component : components) {
            rows[component.index()] = fullRow(component, y, bands, scratch[count + 1], scratch[component.index()]);
        }
        int[] pixels = scratch[count];
        colours.pixels(rows, frame.width(), Arrays.copyOfRange(scratch, count + 2, count + 5), pixels);
        write(pixels, frame.width(), rgb, 3 * y * frame.width());
    }

    /** libjpeg-turbo's choice: a triangle filter where a side is halved, repetition where it is divided by more, or too narrow. */
    private int[] fullRow(Component component, int y, Bands bands, int[] tall, int[] to) {
        int across = frame.mostHorizontal() / component.horizontal();
        int down = frame.mostVertical() / component.vertical();
        int width = component.width();
        int[] near = samples(component, y / down, bands);
        boolean wide = across == 2 && width > 2;
        if (down == 2 && (across == 1 || wide)) {
            int[] far = samples(component, furtherRow(component, y), bands);
            if (wide) {
                Lanes.blend(near, far, tall, width);
                widen(tall, width, 8, 7, 4, to);
            } else {
                Lanes.quarter(near, far, (y & 1) == 0 ? 1 : 2, to, width);
            }
        } else if (down == 1 && wide) {
            widen(near, width, 1, 2, 2, to);
        } else if (across == 1) {
            return near;
        } else {
            for (int i = 0; i < frame.width(); i++) {
                to[i] = near[i / across];
            }
        }
        return to;
    }

    private static void widen(int[] from, int width, int evenBias, int oddBias, int shift, int[] to) {
        for (int i = 0; i < width; i++) {
            int here = 3 * from[i];
            to[2 * i] = here + from[Math.max(0, i - 1)] + evenBias >> shift;
            to[2 * i + 1] = here + from[Math.min(width - 1, i + 1)] + oddBias >> shift;
        }
    }
}
