package io.tesserae.gateway.image;

/**
 * A VP8L frame, decoded here: libwebp as it is packaged for Java is older than the repair of CVE-2023-4863, a heap overflow in
 * exactly this decoder that one picture could reach. Source: RFC 9649, section 3.
 */
final class WebpLossless implements WebpFrame {

    private static final int SIGNATURE = 0x2f;
    private final byte[] file;
    private final int from;
    private final int end;
    private final int width;
    private final int height;

    WebpLossless(byte[] file, int from, int end) {
        this.file = file;
        this.from = from;
        this.end = end;
        Vp8lBits bits = new Vp8lBits(file, from, end);
        if (bits.read(8) != SIGNATURE) {
            throw Unreadable.because("the WebP's lossless signature is missing");
        }
        width = bits.read(14) + 1;
        height = bits.read(14) + 1;
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
        Vp8lBits bits = new Vp8lBits(file, from, end);
        bits.read(8);
        bits.read(28);
        bits.read(1);
        if (bits.read(3) != 0) {
            throw Unreadable.because("the WebP's lossless version is unknown");
        }
        return new Vp8lPicture(bits).decode(width, height);
    }
}
