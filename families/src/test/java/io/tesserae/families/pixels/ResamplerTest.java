package io.tesserae.families.pixels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.families.Drawn;
import io.tesserae.families.Pixels;
import java.io.IOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {

    @TestFactory
    Stream<DynamicTest> everyByteIsPillows() throws IOException {
        JsonNode golden = new ObjectMapper().readTree(ResamplerTest.class.getResource("/pillow/golden.json"));
        return StreamSupport.stream(golden.get("cases").spliterator(), false).map(example -> DynamicTest.dynamicTest(
                example.get("pattern").asText() + " " + example.get("filter").asText() + " " + example.get("from") + " to " + example.get("to"),
                () -> compare(example)));
    }

    private static void compare(JsonNode example) {
        int width = example.at("/from/width").asInt();
        int height = example.at("/from/height").asInt();
        Pixels source = example.get("pattern").asText().equals("hash") ? Drawn.hashed(width, height) : Drawn.smooth(width, height);
        Pixels resized = Resampler.resize(source, example.at("/to/width").asInt(), example.at("/to/height").asInt(),
                Filter.of(example.get("resample").asInt()));
        assertEquals(example.get("sha256").asText(), Drawn.sha256(resized));
    }

    @Test
    void theSameSizeIsTheSamePicture() {
        Pixels picture = Drawn.smooth(20, 10);
        assertSame(picture, Resampler.resize(picture, 20, 10, Filter.LANCZOS));
    }

    @ParameterizedTest
    @CsvSource({"333,257,448,346", "40,300,64,20", "300,40,20,64", "50,37,50,80", "64,48,64,48", "7,500,90,6000"})
    void aRegionIsACropOfTheWhole(int fromWidth, int fromHeight, int width, int height) {
        Pixels picture = Drawn.hashed(fromWidth, fromHeight);
        for (Filter filter : Filter.values()) {
            Pixels whole = Resampler.resize(picture, width, height, filter);
            for (int part = 0; part < 3; part++) {
                int left = part * width / 4;
                int top = part * height / 5;
                assertArrayEquals(Canvas.crop(whole, left, top, width / 3, height / 4).rgb(),
                        Resampler.region(picture, width, height, filter, left, top, width / 3, height / 4).rgb());
            }
        }
    }

    @Test
    void anUnknownFilterIsRefusedByItsNumber() {
        assertThrows(IllegalArgumentException.class, () -> Filter.of(5));
    }

    @Test
    void aCropOutsideThePictureIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Canvas.crop(Drawn.smooth(4, 4), 2, 0, 3, 1));
    }
}
