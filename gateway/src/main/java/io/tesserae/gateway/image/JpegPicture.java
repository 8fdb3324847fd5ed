package io.tesserae.gateway.image;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A JPEG: its segments up to the first scan. */
final class JpegPicture implements StoredPicture {

    /** Each scan of a progressive file costs a pass over the whole picture; encoders write about ten. */
    private static final int MOST_SCANS = 100;

    private final byte[] file;
    /** The file without what says something about the picture but belongs not to its data: our own reading of that counts. */
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final ByteArrayOutputStream exif = new ByteArrayOutputStream();
    private byte[] xmp;
    private boolean jfif;
    private int adobeTransform = -1;
    private int firstScan;
    private int width;
    private int height;
    /** Of each component: its id and its sampling factors, horizontal in the high four bits. */
    private int[] ids = new int[0];
    private int[] sampling = new int[0];

    JpegPicture(byte[] file) {
        this.file = file;
        Cursor in = new Cursor(file);
        in.skip(2);
        data.write(0xff);
        data.write(0xd8);
        while (readSegment(in)) {
            if (in.left() == 0) {
                throw Unreadable.truncated();
            }
        }
        if (ids.length == 0) {
            throw Unreadable.because("the JPEG has no frame header");
        }
    }

    /** Reads up to the next segment's end; false at the first scan. Junk between segments is passed over, as Pillow does. */
    private boolean readSegment(Cursor in) {
        while (in.u8() != 0xff) {
            continue;
        }
        int marker = in.u8();
        while (marker == 0xff) {
            marker = in.u8();
        }
        if (marker == 0xda) {
            firstScan = in.at() - 1;
            data.write(file, in.at() - 2, file.length - in.at() + 2);
            return false;
        }
        if (marker == 0 || marker >= 0xd0 && marker <= 0xd8) {
            return true;
        }
        if (marker == 0xd9) {
            throw Unreadable.because("the JPEG ends before its first scan");
        }
        if (marker < 0xc0) {
            throw Unreadable.because("the JPEG has an unknown marker");
        }
        int start = in.at();
        int length = in.u16be();
        if (length < 2) {
            throw Unreadable.because("a JPEG segment's length is " + length);
        }
        in.skip(length - 2);
        take(marker, start + 2, start + length);
        if (marker < 0xe0) {
            data.write(file, start - 2, length + 2);
        }
        return true;
    }

    private void take(int marker, int body, int end) {
        boolean frame = marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame) {
            readFrame(new Cursor(file, body, end));
        } else if (marker == 0xe0 && end - body >= 14 && Cursor.starts(file, body, end, "JFIF\0")) {
            jfif = true;
        } else if (marker == 0xe1 && Cursor.starts(file, body, end, "Exif\0\0")) {
            int prefix = exif.size() > 0 ? 6 : 0;
            exif.write(file, body + prefix, end - body - prefix);
        } else if (marker == 0xe1 && Cursor.starts(file, body, end, "http://ns.adobe.com/xap/1.0/\0")) {
            xmp = Arrays.copyOfRange(file, body, end);
        } else if (marker == 0xee && end - body >= 12 && Cursor.starts(file, body, end, "Adobe")) {
            adobeTransform = file[body + 11] & 0xff;
        }
    }

    private void readFrame(Cursor in) {
        if (ids.length > 0) {
            throw Unreadable.because("the JPEG has two frame headers");
        }
        int depth = in.u8();
        if (depth != 8) {
            throw Unreadable.because("the JPEG has " + depth + " bits a sample");
        }
        height = in.u16be();
        width = in.u16be();
        int count = in.u8();
        if (count != 1 && count != 3 && count != 4) {
            throw Unreadable.because("the JPEG has " + count + " components");
        }
        ids = new int[count];
        sampling = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = in.u8();
            sampling[i] = in.u8();
            in.skip(1);
        }
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
        return Exif.orientation(exif.size() > 0 ? exif.toByteArray() : null, xmp);
    }

    @Override
    public byte[] rgb() {
        checkScans();
        byte[] samples = JpegSamples.of(data.toByteArray(), width, height, ids.length);
        if (ids.length == 3 && Arrays.equals(sampling, new int[] {0x12, 0x11, 0x11})) {
            JpegColumns.smooth(samples, width, height);
        }
        return colours().rgb(samples, width * height);
    }

    private void checkScans() {
        int scans = 0;
        boolean ends = false;
        for (int i = firstScan; i < file.length; i++) {
            if (file[i - 1] == (byte) 0xff) {
                ends |= file[i] == (byte) 0xd9;
                scans += file[i] == (byte) 0xda ? 1 : 0;
            }
        }
        if (!ends) {
            throw Unreadable.truncated();
        }
        if (scans > MOST_SCANS) {
            throw Unreadable.because("the JPEG has more than " + MOST_SCANS + " scans");
        }
    }

    /** What the components mean, guessed as libjpeg guesses. */
    private JpegColours colours() {
        if (ids.length == 1) {
            return JpegColours.GREY;
        }
        if (ids.length == 4) {
            return adobeTransform > 0 ? JpegColours.YCCK : JpegColours.CMYK;
        }
        boolean rgb = !jfif && (adobeTransform >= 0 ? adobeTransform == 0 : Arrays.equals(ids, new int[] {'R', 'G', 'B'}));
        return rgb ? JpegColours.RGB : JpegColours.YCC;
    }
}
