package io.tesserae.engines.stage;

import io.tesserae.engines.Engine;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.onnx.OnnxEngine;
import java.nio.file.Path;

/** The one place where an engine is chosen by its name in configuration. A new engine is a new line here. */
public final class StageEngines {

    private StageEngines() {
    }

    /** Opens that graph. Throws {@link EngineException} for an engine that is not known or cannot open it. */
    public static Engine open(StageSettings settings, Path graph) {
        return switch (settings.engine()) {
            case "onnx" -> OnnxEngine.open(graph, settings.onnxOptions());
            default -> throw new EngineException("engine '" + settings.engine() + "' is not known, only 'onnx'");
        };
    }
}
