package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.families.Pixels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** JPEGs of every sampling, scan order and colour, bit for bit as Pillow decodes them; made by training/fixtures/jpeg_variants.py. */
class JpegVariantsTest {

    private final PictureReader reader = new PictureReader(GoldenPictures.WIDE);

    @TestFactory
    List<DynamicTest> bitForBit() throws IOException {
        Map<String, byte[]> files = GoldenPictures.zipped("jpegs.zip");
        JsonNode golden = new ObjectMapper().readTree(files.get("golden.json")).path("pictures");
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode one : golden) {
            String name = one.path("file").asText();
            tests.add(DynamicTest.dynamicTest(name, () -> check(one, files.get(name))));
        }
        assertTrue(tests.size() >= 180, "the golden pictures are gone");
        return tests;
    }

    private void check(JsonNode golden, byte[] file) {
        Pixels pixels = reader.pixels(file, reader.header(file));
        assertEquals(golden.path("width").asInt(), pixels.width());
        assertEquals(golden.path("height").asInt(), pixels.height());
        assertEquals(golden.path("rgb_sha256").asText(), GoldenPictures.sha256(pixels.rgb()));
    }
}
