package io.tesserae.llm.remote;

import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.engines.EngineException;
import io.tesserae.llm.config.LlmConfig;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.remote.triton.TritonBrains;
import io.tesserae.llm.remote.vllm.VllmBrains;
import jakarta.inject.Singleton;

/** The one place where an engine elsewhere is chosen by its name in configuration. A new engine is a new line here. */
@Singleton
public class RemoteBrains {

    private final TritonBrains triton;
    private final VllmBrains vllm;

    RemoteBrains(TritonBrains triton, VllmBrains vllm) {
        this.triton = triton;
        this.vllm = vllm;
    }

    /**
     * Opens the engine that {@code tesserae.llm.engine} names, for a model whose prompts are embeddings and no more. Throws {@link EngineException} for an engine
     * that is not known, and {@link ModelFolderException} for a model that no engine elsewhere, or not this one, can be given.
     */
    public RemoteBrain open(LlmConfig config, ModelFolder folder, BrainShape shape) {
        if (shape.levels() > 0) {
            throw refused(config, folder, "takes " + shape.levels() + " further levels of embeddings inside its layers");
        }
        if (shape.bidirectional() > 0) {
            throw refused(config, folder, "has a picture's tokens see each other in both directions");
        }
        return switch (config.engine()) {
            case "triton" -> triton.open(config, folder, shape);
            case "vllm" -> {
                if (shape.ropeAxes() > 0) {
                    throw refused(config, folder, "places tokens by time, row and column (M-RoPE), and vLLM's prompt_embeds come without positions");
                }
                yield vllm.open(config, shape);
            }
            default -> throw new EngineException("tesserae.llm.engine '" + config.engine() + "' is not known, only 'onnx', 'triton' and 'vllm'");
        };
    }

    private static ModelFolderException refused(LlmConfig config, ModelFolder folder, String why) {
        return new ModelFolderException("tesserae.llm.engine " + config.engine() + " cannot serve " + folder.manifest().name() + ": the model " + why
                + ", which cannot be said to that engine; use engine onnx");
    }
}
