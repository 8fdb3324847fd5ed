package io.tesserae.gateway.image.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Makes a picture's RGB of its components' samples, band by band. */
abstract class Painter {

    private static final VarHandle FOUR_BYTES = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle EIGHT_BYTES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final JpegFrame frame;
    final byte[] rgb;

    /** @param rgb where the picture goes, [height, width, 3] */
    Painter(JpegFrame frame, byte[] rgb) {
        this.frame = frame;
        this.rgb = rgb;
    }

    /** The painter for these components' sampling and colours. */
    static Painter of(JpegFrame frame, JpegColours colours, byte[] rgb) {
        return colours == JpegColours.YCC && PairPainter.suits(frame) ? new PairPainter(frame, rgb) : new RowPainter(frame, colours, rgb);
    }

    abstract Band newBand();

    /** Paints the rows of one band; the samples of its neighbours are there too. */
    void paint(int number, Bands bands) {
        int rows = 8 * frame.mostVertical();
        int end = Math.min(frame.height(), (number + 1) * rows);
        for (int y = number * rows; y < end; y++) {
            paintRow(y, number, bands);
        }
    }

    /** Paints the row {@code y} of the picture, which is in the band {@code number}; nobody else uses that band's scratch meanwhile. */
    abstract void paintRow(int y, int number, Bands bands);

    /** Writes pixels, 0xBBGGRR each, as a row of the picture. */
    static void write(int[] pixels, int width, byte[] to, int at) {
        for (int i = 0; i < width - 1; i++, at += 3) {
            FOUR_BYTES.set(to, at, pixels[i]); // Its fourth byte is written again with the next pixel.
        }
        writePixel(pixels[width - 1], to, at);
    }

    /** Writes a row whose pixels come as even and odd ones. */
    static void write(int[] even, int[] odd, int width, byte[] to, int at) {
        int pairs = width / 2;
        int free = Math.max(0, pairs - 1);
        for (int i = 0; i < free; i++, at += 6) {
            EIGHT_BYTES.set(to, at, (long) odd[i] << 24 | even[i]);
        }
        for (int x = 2 * free; x < width; x++, at += 3) {
            writePixel((x & 1) == 0 ? even[x / 2] : odd[x / 2], to, at);
        }
    }

    private static void writePixel(int pixel, byte[] to, int at) {
        to[at] = (byte) pixel;
        to[at + 1] = (byte) (pixel >> 8);
        to[at + 2] = (byte) (pixel >> 16);
    }

    /** The band whose samples hold that row of a component. */
    static Band bandOf(Component component, int row, Bands bands) {
        return bands.band(row / (8 * component.vertical()));
    }

    /** A row of a component that is not split. */
    static int[] samples(Component component, int row, Bands bands) {
        return bandOf(component, row, bands).samples[component.index()][row % (8 * component.vertical())];
    }

    /** For a row of the picture, the row of halved chroma that is second nearest to it; at the edge the nearest itself. */
    static int furtherRow(Component chroma, int y) {
        return Math.max(0, Math.min(chroma.height() - 1, (y & 1) == 0 ? y / 2 - 1 : y / 2 + 1));
    }
}
