package io.tesserae.gateway.image;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A PNG: its chunks up to the image data, and those after it that may hold EXIF. An APNG shows its default picture. */
final class PngPicture implements StoredPicture {

    private static final int SIGNATURE = 8;
    private static final int DEEPEST_TEXT = 1 << 20;

    private final byte[] file;
    private PngSamples samples;
    private int width;
    private int height;
    private boolean interlaced;
    private byte[] palette;
    private int dataAt = -1;
    private byte[] exif;
    private byte[] xmp;

    PngPicture(byte[] file) {
        this.file = file;
        Cursor in = new Cursor(file);
        in.skip(SIGNATURE);
        while (dataAt < 0) {
            readChunk(in, true);
        }
        readAfterData(new Cursor(file, dataAt, file.length));
        if (samples == null) {
            throw Unreadable.because("the PNG has no header");
        }
    }

    /** Pillow reads what follows the image data as well, but does not mind if it is broken. */
    private void readAfterData(Cursor in) {
        while (in.left() >= 12) {
            Cursor peek = new Cursor(file, in.at(), file.length);
            long length = peek.u32be();
            if (length + 8 > peek.left()) {
                return;
            }
            readChunk(in, false);
        }
    }

    private void readChunk(Cursor in, boolean beforeData) {
        long length = in.u32be();
        int start = in.at();
        in.need(4);
        String name = new String(file, start, 4, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (name.equals("IDAT") && beforeData) {
            dataAt = start - 4;
            return;
        }
        in.skip(4);
        in.need(length + 4);
        int body = in.at();
        int end = body + (int) length;
        in.skip(length);
        CRC32 sum = new CRC32();
        sum.update(file, start, (int) length + 4);
        boolean sound = in.u32be() == sum.getValue();
        if (!sound && beforeData) {
            throw Unreadable.because("a PNG chunk's checksum is wrong");
        }
        if (sound) {
            take(name, body, end, beforeData);
        }
    }

    private void take(String name, int body, int end, boolean beforeData) {
        switch (name) {
            case "IHDR" -> readHeader(new Cursor(file, body, end));
            case "PLTE" -> palette = beforeData ? Arrays.copyOfRange(file, body, end) : palette;
            case "eXIf" -> exif = Arrays.copyOfRange(file, body, end);
            case "iTXt" -> takeXmp(body, end);
            case "tEXt", "zTXt" -> takeRawProfile(name.equals("zTXt"), body, end);
            case "IEND" -> {
                if (beforeData) {
                    throw Unreadable.because("the PNG has no image data");
                }
            }
            default -> { }
        }
    }

    private void readHeader(Cursor in) {
        if (samples != null) {
            return;
        }
        long wide = in.u32be();
        long high = in.u32be();
        if (wide < 1 || high < 1 || wide > Integer.MAX_VALUE || high > Integer.MAX_VALUE) {
            throw Unreadable.because("the PNG's size is not possible");
        }
        width = (int) wide;
        height = (int) high;
        samples = PngSamples.of(in.u8(), in.u8());
        in.skip(2);
        interlaced = in.u8() != 0;
    }

    private void takeXmp(int body, int end) {
        String key = "XML:com.adobe.xmp\0";
        if (Cursor.starts(file, body, end, key + "\0\0")) {
            xmp = Arrays.copyOfRange(file, body + key.length() + 2, end);
        } else if (Cursor.starts(file, body, end, key + "\1\0")) {
            int at = body + key.length() + 2;
            for (int zeros = 0; zeros < 2 && at < end; at++) {
                zeros += file[at] == 0 ? 1 : 0;
            }
            xmp = inflated(at, end);
        }
    }

    /** EXIF as ImageMagick writes it: a text of three lines, then hexadecimal. */
    private void takeRawProfile(boolean packed, int body, int end) {
        String key = "Raw profile type exif\0";
        if (exif != null || !Cursor.starts(file, body, end, packed ? key + "\0" : key)) {
            return;
        }
        int at = body + key.length();
        byte[] text = packed ? inflated(at + 1, end) : Arrays.copyOfRange(file, at, end);
        String[] lines = new String(text, java.nio.charset.StandardCharsets.ISO_8859_1).split("\n", 4);
        try {
            exif = lines.length < 4 ? null : java.util.HexFormat.of().parseHex(lines[3].replaceAll("\\s", ""));
        } catch (IllegalArgumentException notHexadecimal) {
            exif = null;
        }
    }

    private byte[] inflated(int from, int end) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(file, from, Math.max(0, end - from));
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            byte[] some = new byte[4096];
            for (int count = inflater.inflate(some); count > 0 && text.size() < DEEPEST_TEXT; count = inflater.inflate(some)) {
                text.write(some, 0, count);
            }
            return text.toByteArray();
        } catch (DataFormatException broken) {
            return new byte[0];
        } finally {
            inflater.end();
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
        return Exif.orientation(exif, xmp);
    }

    @Override
    public byte[] rgb(Runnable check) {
        try (PngRows rows = new PngRows(file, dataAt, samples.bits())) {
            rows.checkRoomFor((long) height * ((long) width * samples.bits() + 7 >> 3));
            byte[] rgb = new byte[width * height * 3];
            byte[] colours = samples.colours(palette);
            if (interlaced) {
                for (Adam7 pass : Adam7.values()) {
                    int columns = pass.columns(width);
                    for (int y = 0; columns > 0 && y < pass.rows(height); y++) {
                        byte[] row = rows.next(columns, y == 0);
                        int to = 3 * ((pass.y + y * pass.down) * width + pass.x);
                        samples.expand(row, columns, colours, rgb, to, 3 * pass.right);
                    }
                }
            } else {
                for (int y = 0; y < height; y++) {
                    samples.expand(rows.next(width, y == 0), width, colours, rgb, 3 * y * width, 3);
                }
            }
            rows.finish();
            return rgb;
        }
    }
}
