package io.tesserae.engines.stage;

import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.engines.onnx.GraphSignature;
import io.tesserae.engines.triton.ModelCard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which of a model folder's graphs a stage runs.
 *
 * @param path    of its file in the folder
 * @param part    what it is called elsewhere, behind the model's name: {@code vision}, {@code projector}
 * @param variant what it is called behind that where there are several; empty for the one that has the plain name
 */
public record StageGraph(ModelFolder folder, String path, Stage stage, String part, String variant) {

    public static StageGraph eye(ModelFolder folder) {
        return new StageGraph(folder, folder.manifest().vision().graph(), Stage.ENCODE, "vision", "");
    }

    /** @param variant the nerve's name; empty for the model's first */
    public static StageGraph nerve(ModelFolder folder, String path, String variant) {
        return new StageGraph(folder, path, Stage.PROJECT, "projector", variant);
    }

    /** The name of that graph as a model of Triton's, which takes letters, digits, points, hyphens and underscores. */
    public String tritonName() {
        return withVariant(folder.manifest().name() + "-" + part);
    }

    /** That name, with the variant's behind it where there is one. */
    public String withVariant(String name) {
        return (variant.isEmpty() ? name : name + "-" + variant).replaceAll("[^A-Za-z0-9._-]", "_");
    }

    /** What it must be elsewhere. The graph's own file need not be here: then its tensors are held against the manifest alone. */
    ModelCard card() {
        Path file = folder.root().resolve(path);
        GraphSignature signature = Files.isRegularFile(file) ? GraphSignature.of(file) : new GraphSignature(Map.of(), Map.of(), Set.of());
        return new ModelCard(signature.inputs(), signature.outputs(), Optional.of(folder.manifest().revision()));
    }
}
