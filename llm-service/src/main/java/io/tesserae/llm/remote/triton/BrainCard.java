package io.tesserae.llm.remote.triton;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.TensorSpec;
import io.tesserae.engines.triton.Found;
import io.tesserae.engines.triton.ModelCard;
import io.tesserae.engines.triton.repository.BrainModel;
import io.tesserae.llm.decoder.BrainShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a model on Triton must be to serve as a brain of that shape. */
final class BrainCard {

    private BrainCard() {
    }

    static ModelCard of(BrainShape shape, String revision) {
        return new ModelCard(Map.of(), Map.of(), Optional.of(revision), found -> differences(shape, found));
    }

    private static List<String> differences(BrainShape shape, Found found) {
        List<String> differences = new ArrayList<>();
        if (!found.config().getModelTransactionPolicy().getDecoupled()) {
            differences.add("it is not decoupled, so that it cannot stream tokens");
        }
        require(found.inputs(), "input", BrainModel.EMBEDS, differences).ifPresent(embeds -> {
            if (!List.of(ElementKind.FLOAT32, ElementKind.FLOAT16, ElementKind.BFLOAT16).contains(embeds.kind())) {
                differences.add("input '" + embeds.name() + "' is " + embeds.kind() + ", must be floating-point");
            }
            long width = embeds.rank() == 0 ? 0 : embeds.extent(embeds.rank() - 1);
            if (width != shape.hidden() && width != TensorSpec.ANY) {
                differences.add("input '" + embeds.name() + "' takes embeddings of width " + width + ", the model's have " + shape.hidden());
            }
        });
        requireKind(found.inputs(), "input", "max_tokens", ElementKind.INT32, differences);
        requireKind(found.outputs(), "output", "token_id", ElementKind.INT64, differences);
        if (shape.ropeAxes() > 0) {
            requireKind(found.inputs(), "input", BrainModel.POSITIONS, ElementKind.INT64, differences);
        }
        String context = found.config().getParametersMap().containsKey("context") ? found.config().getParametersOrThrow("context").getStringValue() : "";
        if (context.matches("[0-9]{1,9}") && Integer.parseInt(context) < shape.context()) {
            differences.add("its context is " + context + " tokens, tesserae.llm.context is " + shape.context());
        }
        return differences;
    }

    private static void requireKind(Map<String, TensorSpec> specs, String what, String name, ElementKind kind, List<String> differences) {
        require(specs, what, name, differences).filter(spec -> spec.kind() != kind)
                .ifPresent(spec -> differences.add(what + " '" + name + "' is " + spec.kind() + ", must be " + kind));
    }

    private static Optional<TensorSpec> require(Map<String, TensorSpec> specs, String what, String name, List<String> differences) {
        if (!specs.containsKey(name)) {
            differences.add("it has no " + what + " '" + name + "', only " + specs.keySet());
        }
        return Optional.ofNullable(specs.get(name));
    }
}
