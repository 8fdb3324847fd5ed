package io.tesserae.gateway.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One frame's bitstream, decoded by libwebp. The library gets this one chunk, as a file of its own, and never what stands beside
 * it: alpha, colour profiles and animations mean nothing here and need not be parsed.
 */
final class WebpFrame {

    private static final String LOSSY = "VP8 ";
    private static final String LOSSLESS = "VP8L";
    private static final int LOSSLESS_SIGNATURE = 0x2f;

    private final String chunk;
    private final byte[] file;
    private final int from;
    private final int end;
    private final int width;
    private final int height;

    private WebpFrame(String chunk, byte[] file, int from, int end, int width, int height) {
        this.chunk = chunk;
        this.file = file;
        this.from = from;
        this.end = end;
        this.width = width;
        this.height = height;
    }

    /** The frame of a {@code VP8 } chunk's body. Throws IMAGE_UNREADABLE where its header is broken. */
    static WebpFrame lossy(byte[] file, int from, int end) {
        Cursor in = new Cursor(file, from, end);
        boolean keyFrame = (in.u8() & 1) == 0;
        in.skip(2);
        if (!keyFrame || !in.skips("\u009d\u0001\u002a")) {
            throw Unreadable.because("the WebP's frame header is broken");
        }
        return new WebpFrame(LOSSY, file, from, end, in.u16le() & 0x3fff, in.u16le() & 0x3fff);
    }

    /** The frame of a {@code VP8L} chunk's body. Throws IMAGE_UNREADABLE where its header is broken. */
    static WebpFrame lossless(byte[] file, int from, int end) {
        Cursor in = new Cursor(file, from, end);
        if (in.u8() != LOSSLESS_SIGNATURE) {
            throw Unreadable.because("the WebP's lossless signature is missing");
        }
        long sizes = in.u32le();
        return new WebpFrame(LOSSLESS, file, from, end, (int) (sizes & 0x3fff) + 1, (int) (sizes >> 14 & 0x3fff) + 1);
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Pixels as 0xAARRGGBB, [height, width]; alpha means nothing. Throws IMAGE_UNREADABLE. */
    int[] argb() {
        ImageReader reader = null;
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(alone()))) {
            reader = new WebPImageReaderSpi().createReaderInstance(null);
            reader.setInput(in, true, true);
            BufferedImage image = reader.read(0, null);
            int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
            if (image.getWidth() != width || image.getHeight() != height) {
                throw Unreadable.because("the WebP contradicts its header");
            }
            return pixels;
        } catch (IOException broken) {
            throw Unreadable.because("the WebP's data are broken", broken);
        } finally {
            if (reader != null) {
                reader.dispose();
            }
        }
    }

    /** A file of this frame alone. */
    private byte[] alone() {
        int length = end - from;
        int padded = length + (length & 1);
        return ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + padded)
                .put(("WEBP" + chunk).getBytes(StandardCharsets.US_ASCII)).putInt(length)
                .put(file, from, length).array();
    }
}
