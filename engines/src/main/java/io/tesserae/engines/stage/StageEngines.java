package io.tesserae.engines.stage;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.engines.Engine;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.onnx.OnnxEngine;
import io.tesserae.engines.triton.TritonEngine;

/** The one place where an engine is chosen by its name in configuration. A new engine is a new line here. */
public final class StageEngines {

    private StageEngines() {
    }

    /** Opens that graph. Throws {@link EngineException} for an engine that is not known or cannot open it. */
    public static Engine open(StageSettings settings, StageGraph graph, MeterRegistry registry) {
        return switch (settings.engine()) {
            case "onnx" -> OnnxEngine.open(graph.folder().require(graph.path()), settings.onnxOptions());
            case "triton" -> triton(settings, graph, registry);
            default -> throw new EngineException("engine '" + settings.engine() + "' is not known, only 'onnx' and 'triton'");
        };
    }

    private static Engine triton(StageSettings settings, StageGraph graph, MeterRegistry registry) {
        String name = settings.triton().model().map(graph::withVariant).orElseGet(graph::tritonName);
        try {
            return TritonEngine.open(settings.triton().options(name), graph.card(),
                    registry.counter(Metrics.RETRIES, Metrics.TAG_STAGE, graph.stage().tag())::increment);
        } catch (IllegalArgumentException wrong) {
            throw new EngineException(wrong.getMessage(), wrong);
        }
    }
}
