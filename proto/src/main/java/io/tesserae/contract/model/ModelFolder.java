package io.tesserae.contract.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A model's folder on disk. Opening it reads the manifest and nothing else. */
public record ModelFolder(Path root, Manifest manifest) {

    private static final String MANIFEST = "tesserae.json";
    private static final int FORMAT = 1;

    /** Opens a folder. Throws {@link ModelFolderException} that says what is wrong with it. */
    public static ModelFolder open(Path root) {
        Path file = root.resolve(MANIFEST);
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

    /** Text of a file that the folder may have, such as {@code config.json}. */
    public Optional<String> text(String path) {
        Path file = root.resolve(path);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException unreadable) {
            throw new ModelFolderException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
