package io.tesserae.llm.decoder;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.engines.onnx.OnnxSession;
import io.tesserae.llm.Goldens;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tiny model's weights as optimum exports them: {@code training/fixtures/make_transformers_js.py} made the graphs. */
class GrowingBrainTest extends BrainContract {

    private static final Path PUBLISHED = Goldens.path("published/onnx");

    @Override
    Brain open(ModelFolder tiny) {
        return published(tiny, shape);
    }

    private static Brain published(ModelFolder tiny, BrainShape shape) {
        OnnxOptions options = OnnxOptions.defaults();
        return GrowingBrain.of(tiny, shape, 4, OnnxSession.open(PUBLISHED.resolve("embed_tokens.onnx"), options),
                OnnxSession.open(PUBLISHED.resolve("decoder_model_merged.onnx"), options));
    }

    @Test
    void aDecoderOfOtherSizesIsRefused() {
        ModelFolder tiny = Goldens.tinyModel();
        for (BrainShape other : new BrainShape[] {
                new BrainShape(1, 1, 16, shape.hidden(), shape.vocabulary(), 512, 0, 0), new BrainShape(3, 1, 16, shape.hidden(), shape.vocabulary(), 512, 0, 0),
                new BrainShape(2, 2, 16, shape.hidden(), shape.vocabulary(), 512, 0, 0), new BrainShape(2, 1, 32, shape.hidden(), shape.vocabulary(), 512, 0, 0)}) {
            String said = assertThrows(ModelFolderException.class, () -> published(tiny, other)).getMessage();
            assertTrue(said.contains("is not a decoder of " + other.layers() + " layers"), said);
        }
    }
}
