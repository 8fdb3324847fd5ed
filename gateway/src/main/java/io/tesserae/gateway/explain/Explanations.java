package io.tesserae.gateway.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.gateway.stage.LoadedModel;
import java.nio.FloatBuffer;

/** Numbers as the panels are told them. */
final class Explanations {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double FIVE_PLACES = 1e5;

    private Explanations() {
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** To five places: more is noise, and takes long to send. */
    static double rounded(double number) {
        return Math.round(number * FIVE_PLACES) / FIVE_PLACES;
    }

    static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    static void numbers(ArrayNode into, float[] numbers) {
        for (float number : numbers) {
            into.add(rounded(number));
        }
    }

    /** One row of a matrix. */
    static float[] row(Tensor matrix, int row) {
        int width = (int) matrix.extent(1);
        float[] numbers = new float[width];
        FloatBuffer floats = matrix.floats();
        floats.get(row * width, numbers);
        return numbers;
    }

    /** The checkpoint's config.json, as the eye says it; nothing where there is no eye. */
    static JsonNode config(LoadedModel model) {
        return model.eye().map(eye -> parsed(eye.config())).orElse(MissingNode.getInstance());
    }

    /** JSON that a stage says; nothing where it is none. */
    static JsonNode parsed(String text) {
        try {
            JsonNode node = text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException malformed) {
            return MissingNode.getInstance();
        }
    }
}
