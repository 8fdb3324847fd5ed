package io.tesserae.gateway.image;

import java.util.Arrays;

/** A GIF's first frame on its canvas, as Pillow shows it: the rest of the canvas has the transparent index, else index 0. */
final class GifPicture implements StoredPicture {

    private final byte[] file;
    /** RGB of each of 256 indices: [256, 3]. */
    private byte[] palette = grey();
    private int width;
    private int height;
    private int ground;
    private int left;
    private int top;
    private int frameWidth;
    private int frameHeight;
    private boolean interlaced;
    private int dataAt;

    GifPicture(byte[] file) {
        this.file = file;
        Cursor in = new Cursor(file);
        in.skip(6);
        width = in.u16le();
        height = in.u16le();
        int flags = in.u8();
        in.skip(2);
        readPalette(in, flags);
        while (true) {
            int kind = in.u8();
            if (kind == ',') {
                readFrame(in);
                return;
            }
            if (kind == '!') {
                readExtension(in);
            } else if (kind == ';') {
                throw Unreadable.because("the GIF has no frame");
            }
        }
    }

    private static byte[] grey() {
        byte[] palette = new byte[3 * 256];
        for (int i = 0; i < palette.length; i++) {
            palette[i] = (byte) (i / 3);
        }
        return palette;
    }

    /**
     * Takes a palette, where the flags say that there is one; indices beyond it are black. As in Pillow one that is the start of
     * the grey ramp counts as none: the palette before it stays.
     */
    private void readPalette(Cursor in, int flags) {
        if ((flags & 0x80) == 0) {
            return;
        }
        int bytes = 3 * (2 << (flags & 7));
        in.need(bytes);
        byte[] read = new byte[3 * 256];
        System.arraycopy(file, in.at(), read, 0, bytes);
        if (!Arrays.equals(read, 0, bytes, grey(), 0, bytes)) {
            palette = read;
        }
        in.skip(bytes);
    }

    private void readExtension(Cursor in) {
        boolean graphicControl = in.u8() == 0xf9;
        boolean first = true;
        for (int size = in.u8(); size > 0; size = in.u8()) {
            in.need(size);
            if (graphicControl && first && size >= 4 && (file[in.at()] & 1) != 0) {
                ground = file[in.at() + 3] & 0xff;
            }
            first = false;
            in.skip(size);
        }
    }

    private void readFrame(Cursor in) {
        left = in.u16le();
        top = in.u16le();
        frameWidth = in.u16le();
        frameHeight = in.u16le();
        if (frameWidth < 1 || frameHeight < 1) {
            throw Unreadable.because("the GIF's frame has no pixels");
        }
        // A frame that reaches beyond the canvas enlarges it.
        width = Math.max(width, left + frameWidth);
        height = Math.max(height, top + frameHeight);
        int flags = in.u8();
        interlaced = (flags & 0x40) != 0;
        readPalette(in, flags);
        dataAt = in.at();
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public Orientation orientation() {
        return Orientation.UPRIGHT;
    }

    @Override
    public byte[] rgb(Runnable check) {
        byte[] indices = new GifLzw(file, dataAt).decode(Math.multiplyExact(frameWidth, frameHeight));
        byte[] rgb = new byte[width * height * 3];
        for (int to = 0; to < rgb.length; to += 3) {
            System.arraycopy(palette, 3 * ground, rgb, to, 3);
        }
        int stored = 0;
        int[] starts = interlaced ? new int[] {0, 4, 2, 1} : new int[] {0};
        int[] steps = interlaced ? new int[] {8, 8, 4, 2} : new int[] {1};
        for (int pass = 0; pass < starts.length; pass++) {
            for (int y = starts[pass]; y < frameHeight; y += steps[pass], stored++) {
                paint(rgb, indices, stored * frameWidth, y);
            }
        }
        return rgb;
    }

    private void paint(byte[] rgb, byte[] indices, int from, int y) {
        int to = 3 * ((top + y) * width + left);
        for (int x = 0; x < frameWidth; x++, to += 3) {
            int index = 3 * (indices[from + x] & 0xff);
            rgb[to] = palette[index];
            rgb[to + 1] = palette[index + 1];
            rgb[to + 2] = palette[index + 2];
        }
    }
}
