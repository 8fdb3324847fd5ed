package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is too large is refused by its header, and what is no picture of ours by its first bytes. */
class RefusedPicturesTest {

    private final PictureReader reader = new PictureReader(new PictureLimits(1_000_000, 1_000_000, 2_000));

    @Test
    void hugeHeaderCostsNoMemory() {
        byte[] file = png(100_000, 100_000);
        assertThrows(Failure.class, () -> reader.header(file));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Failure failure = assertThrows(Failure.class, () -> reader.header(file));
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 1_000_000, "memory was spent");
        assertEquals(Reason.IMAGE_TOO_LARGE, failure.reason());
    }

    @Test
    void hugePictureOfFewBytesCostsNoMemory() {
        PictureReader generous = new PictureReader(new PictureLimits(1_000_000, 500_000_000, 100_000));
        byte[] file = png(20_000, 20_000);
        PictureHeader header = generous.header(file);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Failure failure = assertThrows(Failure.class, () -> generous.pixels(file, header));
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 1_000_000, "memory was spent");
        assertEquals(Reason.IMAGE_UNREADABLE, failure.reason());
    }

    @ParameterizedTest
    @CsvSource({"2001, 100", "100, 2001", "1001, 1000", "1999, 1", "1, 1999"})
    void sizesBeyondTheLimits(int width, int height) {
        assertEquals(Reason.IMAGE_TOO_LARGE, assertThrows(Failure.class, () -> reader.header(png(width, height))).reason());
    }

    @ParameterizedTest
    @CsvSource({"2000, 500", "1000, 1000", "1, 100"})
    void sizesWithinTheLimits(int width, int height) {
        PictureHeader header = reader.header(png(width, height));
        assertEquals(width, header.width());
        assertEquals(height, header.height());
    }

    @Test
    void tooManyBytes() throws IOException {
        byte[] file = GoldenPictures.bytes("png-rgb.png");
        PictureReader strict = new PictureReader(new PictureLimits(file.length - 1, 1_000_000, 2_000));
        assertEquals(Reason.IMAGE_TOO_LARGE, assertThrows(Failure.class, () -> strict.header(file)).reason());
    }

    @Test
    void noBytes() {
        assertEquals(Reason.IMAGE_UNREADABLE, assertThrows(Failure.class, () -> reader.header(new byte[0])).reason());
    }

    @ParameterizedTest
    @CsvSource({"0000001C66747970617669660000000061766966, AVIF", "0000001C667479706865696300000000, HEIC",
        "49492A0008000000, TIFF", "4D4D002A00000008, TIFF", "424D36000000, BMP", "3C737667207769647468, SVG", "255044462D312E37, PDF",
        "00000100010010, ICO", "FF0A00000000, JPEG XL", "0000000C4A584C200D0A870A, JPEG XL", "68656C6C6F20776F726C64, unknown"})
    void otherTypesAreNamed(String hex, String name) {
        byte[] file = java.util.HexFormat.of().parseHex(hex);
        Failure failure = assertThrows(Failure.class, () -> reader.header(file));
        assertEquals(Reason.IMAGE_TYPE_UNSUPPORTED, failure.reason());
        assertTrue(failure.getMessage().contains(name), failure.getMessage());
    }

    /** A PNG of that size by its header, with hardly any data. */
    private static byte[] png(int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
        ByteBuffer file = ByteBuffer.allocate(8 + 25 + 20);
        file.putLong(0x89504e470d0a1a0aL);
        chunk(file, "IHDR", header.array());
        chunk(file, "IDAT", new byte[8]);
        return file.array();
    }

    private static void chunk(ByteBuffer file, String name, byte[] body) {
        CRC32 sum = new CRC32();
        byte[] letters = name.getBytes(StandardCharsets.US_ASCII);
        sum.update(letters);
        sum.update(body);
        file.putInt(body.length).put(letters).put(body).putInt((int) sum.getValue());
    }
}
