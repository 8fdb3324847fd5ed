package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files at the edge of their formats; what is expected is what Pillow 13.0.0 gave for the same bytes. */
class PillowsCornersTest {

    /** A TIFF directory of one entry: orientation 6. */
    private static final String TURNED_RIGHT = "49492a000800000001001201030001000000060000000000";
    private static final byte[] SIX_INDICES = {0, 1, 2, 3, (byte) 200, (byte) 255};

    private final PictureReader reader = new PictureReader(GoldenPictures.WIDE);

    private byte[] rgb(byte[] file) {
        return reader.pixels(file, reader.header(file)).rgb();
    }

    @ParameterizedTest
    @CsvSource({"0a141e28323c,0a141e28323c000000000000000000000000", "01020304,010203000000000000000000000000000000"})
    void indicesBeyondAPngsPaletteAreBlack(String palette, String rgb) throws IOException {
        byte[] file = png(3, chunk("PLTE", HexFormat.of().parseHex(palette)), new byte[0]);
        assertArrayEquals(HexFormat.of().parseHex(rgb), rgb(file));
    }

    @Test
    void aPngsPaletteOfMoreThan256ColoursIsRefused() throws IOException {
        byte[] file = png(3, chunk("PLTE", new byte[3 * 257]), new byte[0]);
        assertEquals(Reason.IMAGE_UNREADABLE, assertThrows(Failure.class, () -> rgb(file)).reason());
    }

    @Test
    void metadataCountsBeforeAndAfterThePixels() throws IOException {
        byte[][] all = {
            chunk("eXIf", HexFormat.of().parseHex(TURNED_RIGHT)),
            chunk("iTXt", latin("XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation=\"6\"/>")),
            chunk("tEXt", latin("Raw profile type exif\0\nexif\n      24\n" + TURNED_RIGHT + "\n")),
        };
        for (byte[] chunk : all) {
            assertEquals(6, reader.header(png(0, chunk, new byte[0])).height());
            assertEquals(6, reader.header(png(0, new byte[0], chunk)).height());
        }
        assertEquals(1, reader.header(png(0, new byte[0], new byte[0])).height());
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', 000000010101020202030303c8c8c8ffffff",
        "000000010101, '', 000000010101020202030303c8c8c8ffffff",
        "090807060504, '', 090807060504000000000000000000000000",
        "090807060504030201000102, 131211100f0e, 131211100f0e000000000000000000000000",
        "090807060504030201000102, 000000010101, 090807060504030201000102000000000000",
    })
    void aGifsPalettes(String global, String local, String rgb) {
        assertArrayEquals(HexFormat.of().parseHex(rgb), rgb(gif(HexFormat.of().parseHex(global), HexFormat.of().parseHex(local))));
    }

    @Test
    void aJpegCutAnywhereIsRefused() throws IOException {
        for (JsonNode golden : GoldenPictures.entries()) {
            byte[] file = GoldenPictures.bytes(golden.path("file").asText());
            for (int length = file.length - 1; golden.path("format").asText().equals("JPEG") && length > 3; length -= 7) {
                byte[] cut = Arrays.copyOf(file, length);
                Failure refused = assertThrows(Failure.class, () -> rgb(cut), golden.path("file") + " of " + length);
                assertEquals(Reason.IMAGE_UNREADABLE, refused.reason());
            }
        }
    }

    @Test
    void aJpegThatEndsInMidScanIsRefused() throws IOException {
        byte[] file = GoldenPictures.bytes("jpeg-baseline-444.jpg");
        byte[] cut = Arrays.copyOf(file, file.length - file.length / 6);
        cut[cut.length - 2] = (byte) 0xff;
        cut[cut.length - 1] = (byte) 0xd9;
        assertThrows(Failure.class, () -> rgb(cut));
    }

    /** A PNG of 6×1 pixels of 8 bits. */
    private static byte[] png(int colourType, byte[] before, byte[] after) throws IOException {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        try (DeflaterOutputStream packed = new DeflaterOutputStream(rows)) {
            packed.write(0);
            packed.write(SIX_INDICES);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(latin("\u0089PNG\r\n\u001a\n"));
        file.write(chunk("IHDR", ByteBuffer.allocate(13).putInt(6).putInt(1).put((byte) 8).put((byte) colourType).array()));
        file.write(before);
        file.write(chunk("IDAT", rows.toByteArray()));
        file.write(after);
        file.write(chunk("IEND", new byte[0]));
        return file.toByteArray();
    }

    private static byte[] chunk(String name, byte[] body) {
        CRC32 sum = new CRC32();
        sum.update(latin(name));
        sum.update(body);
        return ByteBuffer.allocate(12 + body.length).putInt(body.length).put(latin(name)).put(body).putInt((int) sum.getValue()).array();
    }

    /** A GIF of 6×1 pixels. */
    private static byte[] gif(byte[] global, byte[] local) {
        ByteBuffer file = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        file.put(latin("GIF89a")).putShort((short) 6).putShort((short) 1).put(paletteFlags(global)).putShort((short) 0).put(global);
        file.put((byte) ',').putInt(0).putShort((short) 6).putShort((short) 1).put(paletteFlags(local)).put(local);
        // Nine-bit codes, none of them packed: clear, the six indices, end.
        int[] codes = {256, 0, 1, 2, 3, 200, 255, 257};
        byte[] packed = new byte[9];
        for (int bit = 0; bit < 72; bit++) {
            packed[bit / 8] |= (byte) ((codes[bit / 9] >> bit % 9 & 1) << bit % 8);
        }
        return file.put((byte) 8).put((byte) packed.length).put(packed).put((byte) 0).put((byte) ';').array();
    }

    /** Palettes of 2 and 4 colours are enough here. */
    private static byte paletteFlags(byte[] palette) {
        return (byte) (palette.length == 0 ? 0 : 0x80 | palette.length / 12);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
