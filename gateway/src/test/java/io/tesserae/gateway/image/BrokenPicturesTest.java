package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Pictures cut short or with wrong bytes: a Failure or a whole picture, soon, and nothing else. */
class BrokenPicturesTest {

    private static final int MUTATIONS_EACH = 80;
    private static final long SLOWEST_SECONDS = 10;

    private final PictureReader reader = new PictureReader(new PictureLimits(10_000_000, 4_000_000, 5_000));

    @Test
    void mutatedPicturesAreReadWholeOrRefused() throws IOException {
        Random random = new Random(20261124);
        int read = 0;
        int refused = 0;
        for (JsonNode golden : GoldenPictures.entries()) {
            byte[] file = GoldenPictures.bytes(golden.path("file").asText());
            for (int i = 0; i < MUTATIONS_EACH; i++) {
                byte[] broken = i % 4 == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : mutated(file, random);
                if (readsWhole(golden.path("file").asText() + " #" + i, broken)) {
                    read++;
                } else {
                    refused++;
                }
            }
        }
        assertTrue(read + refused >= 2000 && read > 100 && refused > 100, read + " read, " + refused + " refused");
    }

    /** Of the rarer shapes of JPEG too; every byte counts alike, since the decoder is our own. */
    @Test
    void mutatedJpegsAreReadWholeOrRefused() throws IOException {
        Random random = new Random(20261125);
        int read = 0;
        int refused = 0;
        for (Map.Entry<String, byte[]> one : GoldenPictures.zipped("jpegs.zip").entrySet()) {
            for (int i = 0; one.getKey().endsWith(".jpg") && i < MUTATIONS_EACH / 2; i++) {
                byte[] broken = one.getValue().clone();
                for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                    broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
                }
                if (readsWhole(one.getKey() + " #" + i, broken)) {
                    read++;
                } else {
                    refused++;
                }
            }
        }
        assertTrue(read > 1000 && refused > 1000, read + " read, " + refused + " refused");
    }

    @Test
    void halfAPictureIsNeverGiven() throws IOException {
        for (JsonNode golden : GoldenPictures.entries()) {
            String name = golden.path("file").asText();
            byte[] file = GoldenPictures.bytes(name);
            if (name.equals("gif-animated.gif")) {
                continue; // Its first frame may well be whole.
            }
            for (int tenths = 0; tenths < 9; tenths++) {
                byte[] cut = Arrays.copyOf(file, file.length * tenths / 10);
                Failure failure = assertThrows(Failure.class, () -> reader.pixels(cut, reader.header(cut)), name + " of " + cut.length);
                assertEquals(Reason.IMAGE_UNREADABLE, failure.reason(), name);
            }
        }
    }

    private static byte[] mutated(byte[] file, Random random) {
        byte[] broken = file.clone();
        int changes = 1 + random.nextInt(8);
        for (int i = 0; i < changes; i++) {
            // Headers are short and the most is decided there: every other change goes there.
            int at = random.nextInt(random.nextBoolean() ? broken.length : Math.min(64, broken.length));
            broken[at] = (byte) random.nextInt(256);
        }
        return broken;
    }

    private boolean readsWhole(String name, byte[] file) {
        long start = System.nanoTime();
        try {
            PictureHeader header = reader.header(file);
            var pixels = reader.pixels(file, header);
            assertEquals(header.width(), pixels.width(), name);
            return true;
        } catch (Failure refused) {
            return false;
        } catch (RuntimeException unexpected) {
            return fail(name, unexpected);
        } finally {
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SLOWEST_SECONDS), name);
        }
    }
}
