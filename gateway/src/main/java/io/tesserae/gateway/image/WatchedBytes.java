package io.tesserae.gateway.image;

import javax.imageio.stream.ImageInputStreamImpl;

/** A file's bytes as ImageIO takes them, which remember whether a reader asked for more than there are. */
final class WatchedBytes extends ImageInputStreamImpl {

    private final byte[] bytes;
    private boolean ranOut;

    WatchedBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Whether something was to be read at the end. */
    boolean ranOut() {
        return ranOut;
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= bytes.length) {
            ranOut = true;
            return -1;
        }
        return bytes[(int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] to, int at, int count) {
        bitOffset = 0;
        if (count == 0) {
            return 0;
        }
        int left = (int) Math.max(0, bytes.length - streamPos);
        if (left == 0) {
            ranOut = true;
            return -1;
        }
        int read = Math.min(count, left);
        System.arraycopy(bytes, (int) streamPos, to, at, read);
        streamPos += read;
        return read;
    }

    @Override
    public long length() {
        return bytes.length;
    }
}
