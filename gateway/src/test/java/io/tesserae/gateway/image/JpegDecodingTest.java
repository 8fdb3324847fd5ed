package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What decoding a JPEG promises beside its pixels. */
class JpegDecodingTest {

    private final PictureReader reader = new PictureReader(GoldenPictures.WIDE);

    @ParameterizedTest
    @ValueSource(strings = {"tall.jpg", "progressive-2-4x90.jpg"})
    void stopsWhereNobodyWantsThePicture(String name) throws IOException {
        byte[] file = GoldenPictures.zipped("jpegs.zip").get(name);
        PictureHeader header = reader.header(file);
        AtomicInteger asked = new AtomicInteger();
        reader.pixels(file, header, asked::incrementAndGet);
        assertTrue(asked.get() > 5, "asked " + asked + " times");
        Failure gone = Failure.of(Reason.CANCELLED, "gone");
        AtomicInteger left = new AtomicInteger(3);
        assertSame(gone, assertThrows(Failure.class, () -> reader.pixels(file, header, () -> {
            if (left.decrementAndGet() == 0) {
                throw gone;
            }
        })));
        assertEquals(0, left.get(), "it went on");
    }

    @Test
    void manyAtOnceAreTheSameAsOne() throws IOException {
        Map<String, byte[]> files = GoldenPictures.zipped("jpegs.zip");
        for (String name : List.of("tall.jpg", "wide.jpg", "progressive-restart-2.jpg")) {
            byte[] file = files.get(name);
            PictureHeader header = reader.header(file);
            String alone = GoldenPictures.sha256(reader.pixels(file, header).rgb());
            List<CompletableFuture<String>> all = IntStream.range(0, 40)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> GoldenPictures.sha256(reader.pixels(file, header).rgb()))).toList();
            all.forEach(one -> assertEquals(alone, one.join()));
        }
    }

    /** Any picture of that size takes a bit for each block at least. */
    @ParameterizedTest
    @ValueSource(strings = {"11-11-11-45x31.jpg", "progressive-2-45x31.jpg"})
    void aHugePictureOfFewBytesCostsNoMemory(String name) throws IOException {
        byte[] file = GoldenPictures.zipped("jpegs.zip").get(name);
        for (int i = 2; i < file.length; i++) {
            if (file[i] == (byte) 0xff && (file[i + 1] == (byte) 0xc0 || file[i + 1] == (byte) 0xc2)) {
                file[i + 5] = 30; // 7,700 pixels high and wide
                file[i + 7] = 30;
                break;
            }
        }
        PictureHeader header = reader.header(file);
        assertTrue(header.width() > 7_000 && header.height() > 7_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertEquals(Reason.IMAGE_UNREADABLE, assertThrows(Failure.class, () -> reader.pixels(file, header)).reason());
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 1_000_000, "memory was spent");
    }
}
