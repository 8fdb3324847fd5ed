package io.tesserae.gateway.image.jpeg;

import io.tesserae.families.pixels.Crew;
import io.tesserae.gateway.image.Unreadable;

/** Decodes one JPEG whose frame is known. */
public final class JpegDecoder {

    /** Coefficients that change what is seen: where one of them never comes in full, libjpeg smooths over what is missing. */
    private static final int SMOOTHED = 9;

    private final byte[] file;
    private final JpegFrame frame;
    private final JpegColours colours;
    private final Crew crew;
    private final Runnable check;
    private final Tables tables = new Tables();

    /** @param check asked now and then while decoding; it throws where nobody wants the picture any more */
    public JpegDecoder(byte[] file, JpegFrame frame, JpegColours colours, Crew crew, Runnable check) {
        this.file = file;
        this.frame = frame;
        this.colours = colours;
        this.crew = crew;
        this.check = check;
    }

    /** 8-bit RGB, [height, width, 3]. Fails with IMAGE_UNREADABLE where the picture is broken or not all there. */
    public byte[] rgb() {
        frame.judge();
        JpegSegments segments = new JpegSegments(file, 2);
        toScan(segments);
        if (!frame.progressive()) {
            tables.expectUsual();
        }
        // Each block takes a bit at least; memory is spent on no picture that cannot be there.
        if (8L * (file.length - segments.end()) < frame.blocks()) {
            throw Unreadable.truncated();
        }
        Scan scan = Scan.of(frame, segments.cursor());
        if (!frame.progressive() && scan.parts().size() == frame.componentCount()) {
            return painted(new SequentialScan(frame, scan, tables, ScanBytes.of(file, segments.end())));
        }
        return painted(allScans(scan, segments));
    }

    private byte[] painted(BandSource source) {
        byte[] rgb = new byte[3 * frame.width() * frame.height()];
        new Bands(frame, source, Painter.of(frame, colours, rgb), crew, check).run();
        return rgb;
    }

    /** Takes tables up to the next scan; false at the picture's end. */
    private boolean toScan(JpegSegments segments) {
        for (int marker = segments.next(); marker != JpegSegments.SCAN; marker = segments.next()) {
            if (marker == JpegSegments.END) {
                return false;
            }
            tables.take(marker, segments.cursor());
        }
        return true;
    }

    private Coefficients allScans(Scan first, JpegSegments before) {
        Coefficients coefficients = new Coefficients(frame);
        Progress progress = new Progress(frame);
        JpegSegments segments = before;
        Scan scan = first;
        while (true) {
            ScanBytes bytes = ScanBytes.of(file, segments.end());
            new ProgressiveScan(frame, scan, tables, bytes, coefficients).read(check);
            progress.add(scan);
            segments = new JpegSegments(file, bytes.nextAt());
            if (!toScan(segments)) {
                break;
            }
            scan = Scan.of(frame, segments.cursor());
        }
        if (!coefficients.allBegun() || !progress.isWhole(SMOOTHED)) {
            throw Unreadable.truncated();
        }
        return coefficients;
    }
}
