package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.engines.TensorSpec;
import io.tesserae.vision.v1.Tile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileChecksTest {

    private final TileChecks fixed = new TileChecks(4, 2, 1, false);
    private final TileChecks any = new TileChecks(TensorSpec.ANY, TensorSpec.ANY, 1, true);
    private final TileChecks even = new TileChecks(TensorSpec.ANY, TensorSpec.ANY, 2, false);

    private static Tile.Builder tile(int width, int height, int bytes) {
        return Tile.newBuilder().setWidth(width).setHeight(height).setRgb(ByteString.copyFrom(new byte[bytes]));
    }

    private static void assertField(String field, TileChecks checks, Tile.Builder tile) {
        Failure failure = assertThrows(Failure.class, () -> checks.check("tiles[3]", tile.build()));
        assertEquals(Reason.INVALID_FIELD, failure.reason());
        assertEquals("tiles[3]." + field, failure.field().orElseThrow());
    }

    @Test
    void aTileThatFitsPasses() {
        assertDoesNotThrow(() -> fixed.check("tiles[0]", tile(4, 2, 24).build()));
        assertDoesNotThrow(() -> any.check("tiles[0]", tile(5, 1, 15).build()));
        assertDoesNotThrow(() -> even.check("tiles[0]", tile(6, 4, 72).build()));
    }

    @Test
    void sidesThatAreNoWholeNumberOfTokensAreRefused() {
        assertField("width", even, tile(5, 4, 60));
        assertField("height", even, tile(4, 5, 60));
    }

    @ParameterizedTest
    @CsvSource({"width, 0, 2, 0", "height, 4, 0, 0", "width, 5, 2, 30", "height, 4, 3, 36", "rgb, 4, 2, 23", "rgb, 4, 2, 25", "rgb, 4, 2, 0"})
    void whatDoesNotFitIsNamed(String field, int width, int height, int bytes) {
        assertField(field, fixed, tile(width, height, bytes));
    }

    @ParameterizedTest
    @CsvSource({"-1, -1, 3", "65536, 65536, 0", "1431655766, 1, 2"})
    void sizesThatWouldOverflowAreCountedRightly(int width, int height, int bytes) {
        assertField("rgb", any, tile(width, height, bytes));
    }

    @Test
    void aHashHasItsLengthAndIfAskedItsValue() {
        ByteString right = ByteString.fromHex("709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c");
        assertField("content_hash", fixed, tile(4, 2, 24).setContentHash(right.substring(1)));
        assertDoesNotThrow(() -> any.check("tiles[0]", tile(1, 1, 3).setContentHash(right).build()));
        assertField("content_hash", any, tile(1, 1, 3).setContentHash(ByteString.copyFrom(new byte[32])));
        assertDoesNotThrow(() -> fixed.check("tiles[0]", tile(4, 2, 24).setContentHash(ByteString.copyFrom(new byte[32])).build()),
                "not compared unless asked");
    }
}
