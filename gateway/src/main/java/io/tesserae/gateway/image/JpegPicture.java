package io.tesserae.gateway.image;

import io.tesserae.families.pixels.Crew;
import io.tesserae.gateway.image.jpeg.JpegColours;
import io.tesserae.gateway.image.jpeg.JpegDecoder;
import io.tesserae.gateway.image.jpeg.JpegFrame;
import io.tesserae.gateway.image.jpeg.JpegSegments;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A JPEG: its segments up to the first scan. */
final class JpegPicture implements StoredPicture {

    /** Each scan of a progressive file costs a pass over the whole picture; encoders write about ten. */
    private static final int MOST_SCANS = 100;

    private final byte[] file;
    private final ByteArrayOutputStream exif = new ByteArrayOutputStream();
    private final int firstScan;
    private JpegFrame frame;
    private byte[] xmp;
    private boolean jfif;
    private int adobeTransform = -1;

    JpegPicture(byte[] file) {
        this.file = file;
        JpegSegments segments = new JpegSegments(file, 2);
        for (int marker = segments.next(); marker != JpegSegments.SCAN; marker = segments.next()) {
            if (marker == JpegSegments.END) {
                throw Unreadable.because("the JPEG ends before its first scan");
            }
            take(marker, segments.body(), segments.end());
        }
        firstScan = segments.end();
        if (frame == null) {
            throw Unreadable.because("the JPEG has no frame header");
        }
    }

    private void take(int marker, int body, int end) {
        if (marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            if (frame != null) {
                throw Unreadable.because("the JPEG has two frame headers");
            }
            frame = new JpegFrame(marker, new Cursor(file, body, end));
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

    @Override
    public int width() {
        return frame.width();
    }

    @Override
    public int height() {
        return frame.height();
    }

    @Override
    public Orientation orientation() {
        return Exif.orientation(exif.size() > 0 ? exif.toByteArray() : null, xmp);
    }

    @Override
    public byte[] rgb(Runnable check) {
        checkScans();
        return new JpegDecoder(file, frame, colours(), Crew.ALL, check).rgb();
    }

    private void checkScans() {
        int scans = 1;
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
        int[] ids = frame.ids();
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
