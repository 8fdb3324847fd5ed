package io.tesserae.contract.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.model.hub.HubLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A model's folder on disk. Opening it reads the manifest and nothing else. */
public record ModelFolder(Path root, Manifest manifest) {

    private static final String MANIFEST = "tesserae.json";
    private static final String PICTURES = "preprocessor_config.json";
    private static final int FORMAT = 1;

    /** Opens a folder with a manifest, or one that transformers.js publishes. Throws {@link ModelFolderException} that says what is wrong with it. */
    public static ModelFolder open(Path root) {
        Path file = root.resolve(MANIFEST);
        if (!Files.isRegularFile(file) && HubLayout.isIn(root)) {
            return new ModelFolder(root, new ObjectMapper().convertValue(HubLayout.manifest(root, variant()), Manifest.class));
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelFolderException("no model in " + root.toAbsolutePath() + ": it has no " + MANIFEST
                    + " (make one with './tesserae export HF_DIR OUT')");
        }
        Manifest manifest;
        try {
            manifest = new ObjectMapper().readValue(file.toFile(), Manifest.class);
        } catch (JsonProcessingException malformed) {
            throw new ModelFolderException(file + " is not a manifest: " + malformed.getOriginalMessage(), malformed);
        } catch (IOException unreadable) {
            throw new ModelFolderException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
        if (manifest.format() != FORMAT) {
            throw new ModelFolderException(file + ": format " + manifest.format() + " is not known, only " + FORMAT);
        }
        require(file, "name", manifest.name());
        require(file, "family", manifest.family());
        require(file, "revision", manifest.revision());
        return new ModelFolder(root, manifest);
    }

    /** {@code tesserae.model-variant}, read like {@code tesserae.model} from a system property or the environment. */
    private static Optional<String> variant() {
        return Optional.ofNullable(System.getProperty("tesserae.model-variant", System.getenv("TESSERAE_MODEL_VARIANT"))).filter(word -> !word.isBlank());
    }

    private static void require(Path file, String key, String value) {
        if (value == null || value.isBlank()) {
            throw new ModelFolderException(file + ": '" + key + "' is missing");
        }
    }

    /** A file that the folder must have. Throws {@link ModelFolderException} naming it if it does not. */
    public Path require(String path) {
        Path file = root.resolve(path).normalize();
        if (!file.startsWith(root.normalize())) {
            throw new ModelFolderException("manifest of " + manifest.name() + " names a file outside its folder: " + path);
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelFolderException("model " + manifest.name() + " lacks " + path + " in " + root.toAbsolutePath());
        }
        return file;
    }

    /**
     * Text of a file that the folder may have, such as {@code config.json}. {@code preprocessor_config.json} may also be the
     * {@code image_processor} of {@code processor_config.json}, where transformers 5 saves it.
     */
    public Optional<String> text(String path) {
        Path file = root.resolve(path);
        if (!Files.isRegularFile(file)) {
            return path.equals(PICTURES) ? text("processor_config.json").flatMap(ModelFolder::imageProcessor) : Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException unreadable) {
            throw new ModelFolderException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static Optional<String> imageProcessor(String processor) {
        try {
            return Optional.ofNullable(new ObjectMapper().readTree(processor).get("image_processor")).map(Object::toString);
        } catch (JsonProcessingException malformed) {
            throw new ModelFolderException("processor_config.json is not JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }
}
