package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class TilePixelsTest {

    @Test
    void pixelsBecomePlanes() {
        Normalisation plain = Normalisation.of(JsonNodeFactory.instance.objectNode().put("do_rescale", false).put("do_normalize", false));
        // Two rows of three pixels: red counts 1 to 6, green 11 to 16, blue 201 to 206.
        byte[] rgb = new byte[18];
        for (int pixel = 0; pixel < 6; pixel++) {
            rgb[pixel * 3] = (byte) (1 + pixel);
            rgb[pixel * 3 + 1] = (byte) (11 + pixel);
            rgb[pixel * 3 + 2] = (byte) (201 + pixel);
        }
        TilePixels tile = new TilePixels(3, 2, ByteString.copyFrom(rgb), plain);
        assertArrayEquals(new long[] {3, 2, 3}, tile.shape());
        ByteBuffer target = ByteBuffer.allocateDirect(18 * 4).order(ByteOrder.LITTLE_ENDIAN);
        tile.writeTo(target);
        for (int pixel = 0; pixel < 6; pixel++) {
            assertEquals(1 + pixel, target.asFloatBuffer().get(pixel));
            assertEquals(11 + pixel, target.asFloatBuffer().get(6 + pixel));
            assertEquals(201 + pixel, target.asFloatBuffer().get(12 + pixel));
        }
    }
}
