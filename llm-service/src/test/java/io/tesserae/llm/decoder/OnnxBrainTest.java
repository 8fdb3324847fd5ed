package io.tesserae.llm.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.contract.model.ModelFolder;
import io.tesserae.engines.onnx.OnnxOptions;
import org.junit.jupiter.api.Test;

class OnnxBrainTest extends BrainContract {

    @Override
    Brain open(ModelFolder tiny) {
        return Brains.open(tiny, shape, 4, 300, 6, Long.MAX_VALUE, OnnxOptions.defaults());
    }

    @Test
    void memoryThatIsNotThereIsSaidToBeAndWhatWasHeldStays() {
        BrainShape vast = new BrainShape(shape.layers(), 1 << 14, 1 << 12, shape.hidden(), shape.vocabulary(), 1 << 14, 0, 0);
        try (KvCache cache = new KvCache(vast, 4, Long.MAX_VALUE)) {
            assertThrows(KvCacheFullException.class, () -> cache.grow(4, 1 << 14, 0));
            assertEquals(0, cache.bytes());
        }
    }
}
