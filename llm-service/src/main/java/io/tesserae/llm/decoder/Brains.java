package io.tesserae.llm.decoder;

import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.engines.onnx.OnnxSession;

/** Chooses the engine by what the decoder's graph takes. */
public final class Brains {

    private Brains() {
    }

    /**
     * Loads a folder's graphs. Throws {@link ModelFolderException} or the engine's own exception, which say what is wrong with them.
     *
     * @param longestChunk most tokens of one prefill
     * @param mostScored   tokens of one prefill whose logits can be wanted
     * @param kvBytes      most memory of the KV cache
     */
    public static Brain open(ModelFolder folder, BrainShape shape, int rows, int longestChunk, int mostScored, long kvBytes,
            OnnxOptions options) {
        Manifest.Llm llm = folder.manifest().llm();
        OnnxSession embed = OnnxSession.open(folder.require(llm.embed()), options);
        OnnxSession decoder;
        try {
            decoder = OnnxSession.open(folder.require(llm.decoder()), options);
        } catch (RuntimeException unusable) {
            embed.close();
            throw unusable;
        }
        return GrowingBrain.fits(decoder) ? GrowingBrain.of(folder, shape, rows, embed, decoder)
                : OnnxBrain.of(folder, shape, rows, longestChunk, mostScored, kvBytes, embed, decoder);
    }
}
