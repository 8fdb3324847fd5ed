package io.tesserae.gateway.image;

import java.util.Arrays;

/** A WebP: its chunks. Of an animation the first frame is shown on its canvas, black around it. */
final class WebpPicture implements StoredPicture {

    private final byte[] file;
    private int width;
    private int height;
    private int left;
    private int top;
    private WebpFrame frame;
    private byte[] exif;
    private byte[] xmp;
    private boolean canvas;
    private boolean animated;

    WebpPicture(byte[] file) {
        this.file = file;
        Cursor in = new Cursor(file);
        in.skip(4);
        long size = in.u32le();
        in.need(size);
        in.skip(4);
        readChunks(new Cursor(file, in.at(), (int) (size + 8)));
        if (frame == null) {
            throw Unreadable.because("the WebP has no frame");
        }
        if (!canvas) {
            width = frame.width();
            height = frame.height();
        }
        boolean fits = animated
                ? (long) left + frame.width() <= width && (long) top + frame.height() <= height
                : frame.width() == width && frame.height() == height;
        if (!fits) {
            throw Unreadable.because("the WebP's frame does not fit its canvas");
        }
    }

    private void readChunks(Cursor in) {
        while (in.left() >= 8) {
            int at = in.at();
            in.skip(4);
            long length = in.u32le();
            int body = in.at();
            in.skip(length);
            take(at, body, (int) (body + length));
            in.skip(Math.min(length & 1, in.left()));
        }
    }

    private void take(int name, int body, int end) {
        if (named(name, "VP8X")) {
            Cursor in = new Cursor(file, body, end);
            in.skip(4);
            width = in.u24le() + 1;
            height = in.u24le() + 1;
            canvas = true;
        } else if (named(name, "EXIF")) {
            exif = exif == null ? Arrays.copyOfRange(file, body, end) : exif;
        } else if (named(name, "XMP ")) {
            xmp = xmp == null ? Arrays.copyOfRange(file, body, end) : xmp;
        } else if (frame == null && named(name, "ANMF")) {
            animated = true;
            Cursor in = new Cursor(file, body, end);
            left = 2 * in.u24le();
            top = 2 * in.u24le();
            in.skip(10);
            readChunks(in);
        } else if (frame == null && named(name, "VP8 ")) {
            frame = WebpFrame.lossy(file, body, end);
        } else if (frame == null && named(name, "VP8L")) {
            frame = WebpFrame.lossless(file, body, end);
        }
    }

    private boolean named(int at, String name) {
        return Cursor.starts(file, at, file.length, name);
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
        return Exif.orientation(exif, xmp);
    }

    @Override
    public byte[] rgb(Runnable check) {
        int[] argb = frame.argb();
        byte[] rgb = new byte[width * height * 3];
        int from = 0;
        for (int y = 0; y < frame.height(); y++) {
            int to = 3 * ((top + y) * width + left);
            for (int x = 0; x < frame.width(); x++) {
                int pixel = argb[from++];
                rgb[to++] = (byte) (pixel >> 16);
                rgb[to++] = (byte) (pixel >> 8);
                rgb[to++] = (byte) pixel;
            }
        }
        return rgb;
    }
}
