package io.tesserae.engines.triton.repository;

import com.google.protobuf.TextFormat;
import inference.ModelConfigOuterClass.ModelConfig;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.engines.onnx.GraphSignature;
import io.tesserae.engines.stage.StageGraph;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** A model folder as a Triton model repository: one model for the eye, one for each nerve, one for the brain, each as version 1. */
public final class TritonRepository {

    private static final String VERSION = "1";
    private static final String GRAPH = "model.onnx";

    private final ModelFolder folder;
    private final Path out;
    private final RepositoryOptions options;
    private final List<String> written = new ArrayList<>();

    private TritonRepository(ModelFolder folder, Path out, RepositoryOptions options) {
        this.folder = folder;
        this.out = out;
        this.options = options;
    }

    /**
     * Writes all models of a folder into {@code out}, replacing models of the same names there.
     *
     * @return their names
     * @throws ModelFolderException or an engine's exception that says what cannot be written so
     */
    public static List<String> write(ModelFolder folder, Path out, RepositoryOptions options) throws IOException {
        TritonRepository repository = new TritonRepository(folder, out, options);
        repository.writeAll();
        return repository.written;
    }

    private void writeAll() throws IOException {
        Manifest manifest = folder.manifest();
        if (manifest.vision() != null) {
            writeGraph(StageGraph.eye(folder));
        }
        if (manifest.projector() != null) {
            for (var nerve : manifest.projector().byName().entrySet()) {
                if (nerve.getValue().graph() != null) {
                    writeGraph(StageGraph.nerve(folder, nerve.getValue().graph(), nerve.getValue() == manifest.projector() ? "" : nerve.getKey()));
                }
            }
        }
        if (manifest.llm() != null) {
            writeBrain(manifest.llm());
        }
    }

    private void writeGraph(StageGraph graph) throws IOException {
        Path file = folder.require(graph.path());
        GraphSignature signature = GraphSignature.of(file);
        Path version = begin(GraphModel.config(graph, signature, options));
        copyGraph(file, signature, version, GRAPH);
        if (options.backend() == RepositoryOptions.Backend.PYTHON) {
            copyScript("graph_model.py", version);
        }
    }

    private void writeBrain(Manifest.Llm llm) throws IOException {
        Path decoder = folder.require(llm.decoder());
        GraphSignature signature = GraphSignature.of(decoder);
        if (!signature.inputs().containsKey("logits_start")) {
            throw new ModelFolderException(llm.decoder() + " is no decoder with a KV cache in place, which the brain's model runs (make one with './tesserae export')");
        }
        Path version = begin(BrainModel.config(folder, options));
        copyGraph(decoder, signature, version, "decoder.onnx");
        Path embed = folder.require(llm.embed());
        copyGraph(embed, GraphSignature.of(embed), version, "embed_tokens.onnx");
        copyScript("brain_model.py", version);
        for (String part : List.of("decoder.py", "sampling.py", "steps.py")) {
            copyResource(part, version.resolve(part));
        }
    }

    /** Writes the configuration; the model's version folder is returned, empty. */
    private Path begin(ModelConfig config) throws IOException {
        Path model = out.resolve(config.getName());
        Path version = model.resolve(VERSION);
        Files.createDirectories(version);
        try (var old = Files.list(version)) {
            for (Path file : old.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        Files.writeString(model.resolve("config.pbtxt"), TextFormat.printer().printToString(config));
        written.add(config.getName());
        return version;
    }

    /** A graph and the files that hold its weights, which it names by their place beside it. */
    private static void copyGraph(Path graph, GraphSignature signature, Path version, String name) throws IOException {
        copy(graph, version.resolve(name));
        for (String weights : signature.files()) {
            Path target = version.resolve(weights).normalize();
            if (!target.startsWith(version)) {
                throw new ModelFolderException(graph + " names weights outside its folder: " + weights);
            }
            Files.createDirectories(target.getParent());
            copy(graph.resolveSibling(weights), target);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void copyScript(String resource, Path version) throws IOException {
        copyResource(resource, version.resolve("model.py"));
    }

    private static void copyResource(String resource, Path target) throws IOException {
        try (InputStream script = TritonRepository.class.getResourceAsStream("/triton/" + resource)) {
            Files.copy(script, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
