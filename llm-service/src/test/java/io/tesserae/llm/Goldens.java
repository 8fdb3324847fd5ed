package io.tesserae.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.model.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/** What the tests' scripts made: the tiny model and what transformers says. */
public final class Goldens {

    private Goldens() {
    }

    public static Path path(String resource) {
        try {
            return Path.of(Goldens.class.getResource("/" + resource).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static JsonNode json(String resource) {
        return parse(text(resource));
    }

    public static String text(String resource) {
        try {
            return Files.readString(path(resource));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public static JsonNode parse(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    public static ModelFolder tinyModel() {
        return ModelFolder.open(path("model"));
    }

    public static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
    }
}
