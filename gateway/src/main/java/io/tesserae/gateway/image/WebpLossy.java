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
 * A VP8 frame, decoded by libwebp. It gets this one chunk and never the alpha beside it, which nobody looks at and whose decoder
 * had a hole in old versions (CVE-2023-4863).
 */
final class WebpLossy implements WebpFrame {

    private final byte[] file;
    private final int from;
    private final int end;
    private final int width;
    private final int height;

    WebpLossy(byte[] file, int from, int end) {
        this.file = file;
        this.from = from;
        this.end = end;
        Cursor in = new Cursor(file, from, end);
        boolean keyFrame = (in.u8() & 1) == 0;
        in.skip(2);
        if (!keyFrame || !in.skips("\u009d\u0001\u002a")) {
            throw Unreadable.because("the WebP's frame header is broken");
        }
        width = in.u16le() & 0x3fff;
        height = in.u16le() & 0x3fff;
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
    public int[] argb() {
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
                .put("WEBPVP8 ".getBytes(StandardCharsets.US_ASCII)).putInt(length)
                .put(file, from, length).array();
    }
}
