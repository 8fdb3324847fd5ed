package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.families.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every golden picture, bit for bit. */
class DecodingAsPillowTest {

    @TestFactory
    List<DynamicTest> bitForBit() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode golden : GoldenPictures.entries()) {
            tests.add(DynamicTest.dynamicTest(golden.path("file").asText(), () -> check(golden)));
        }
        assertTrue(tests.size() >= 41, "the golden pictures are gone");
        return tests;
    }

    private static void check(JsonNode golden) throws IOException {
        byte[] file = GoldenPictures.bytes(golden.path("file").asText());
        PictureReader reader = new PictureReader(GoldenPictures.WIDE);
        PictureHeader header = reader.header(file);
        assertEquals(golden.path("format").asText(), header.format().toString());
        assertEquals(golden.path("width").asInt(), header.width());
        assertEquals(golden.path("height").asInt(), header.height());
        Pixels pixels = reader.pixels(file, header);
        assertEquals(header.width(), pixels.width());
        assertEquals(header.height(), pixels.height());
        assertEquals(golden.path("rgb_sha256").asText(), GoldenPictures.sha256(pixels.rgb()));
    }
}
