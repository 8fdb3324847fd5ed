package io.tesserae.gateway.image.jpeg;

import io.tesserae.gateway.image.Cursor;
import io.tesserae.gateway.image.Unreadable;

/** Walks from a JPEG's segment to the next. Junk between segments is passed over, as Pillow does. */
public final class JpegSegments {

    public static final int END = 0xd9;
    public static final int SCAN = 0xda;

    private final byte[] file;
    private int next;
    private int marker;
    private int body;

    /** From the place {@code at} on. */
    public JpegSegments(byte[] file, int at) {
        this.file = file;
        next = at;
    }

    /** Goes to the next segment and gives the second byte of its marker. Fails with IMAGE_UNREADABLE where the file ends first. */
    public int next() {
        Cursor in = new Cursor(file, next, file.length);
        do {
            while (in.u8() != 0xff) {
                continue;
            }
            marker = in.u8();
            while (marker == 0xff) {
                marker = in.u8();
            }
        } while (marker == 0 || marker >= 0xd0 && marker <= 0xd8);
        if (marker < 0xc0) {
            throw Unreadable.because("the JPEG has an unknown marker");
        }
        body = in.at();
        next = body;
        if (marker != END) {
            int length = in.u16be();
            if (length < 2) {
                throw Unreadable.because("a JPEG segment's length is " + length);
            }
            in.skip(length - 2);
            body += 2;
            next = in.at();
        }
        return marker;
    }

    /** Where the segment's body begins: behind marker and length. */
    public int body() {
        return body;
    }

    /** Where the segment ends; a scan's data begin there. */
    public int end() {
        return next;
    }

    /** The segment's body, to be read. */
    public Cursor cursor() {
        return new Cursor(file, body, next);
    }
}
