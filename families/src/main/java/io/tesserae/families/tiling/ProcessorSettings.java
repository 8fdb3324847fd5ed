package io.tesserae.families.tiling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.pixels.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.DoubleUnaryOperator;

/** A checkpoint's preprocessor_config.json. A key that is absent or null has the default that its reader names. */
public final class ProcessorSettings {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode root;

    private ProcessorSettings(JsonNode root) {
        this.root = root;
    }

    /** Reads the text. Throws {@link UnsupportedModelException} where it is not a JSON object. */
    public static ProcessorSettings of(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            if (root == null || !root.isObject()) {
                throw new UnsupportedModelException("preprocessor_config.json is missing or not an object");
            }
            return new ProcessorSettings(root);
        } catch (JsonProcessingException malformed) {
            throw new UnsupportedModelException("preprocessor_config.json: " + malformed.getOriginalMessage());
        }
    }

    /** A number at a path such as {@code size.longest_edge}; a plain number in place of an object counts for any key of it. */
    public OptionalInt number(String path) {
        JsonNode node = root;
        for (String key : path.split("\\.")) {
            node = node.isNumber() ? node : node.path(key);
        }
        if (node.isMissingNode() || node.isNull()) {
            return OptionalInt.empty();
        }
        if (!node.canConvertToInt() || node.asInt() < 1) {
            throw new UnsupportedModelException("preprocessor_config.json: " + path + " is " + node + ", not a positive number");
        }
        return OptionalInt.of(node.asInt());
    }

    /** A number above 0 that may have a fraction. */
    public OptionalDouble decimal(String key) {
        JsonNode node = root.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return OptionalDouble.empty();
        }
        if (!node.isNumber() || !(node.asDouble() > 0)) {
            throw new UnsupportedModelException("preprocessor_config.json: " + key + " is " + node + ", not a positive number");
        }
        return OptionalDouble.of(node.asDouble());
    }

    /** A number that must be there. */
    public int required(String path) {
        return number(path).orElseThrow(() -> new UnsupportedModelException("preprocessor_config.json: " + path + " is missing"));
    }

    public boolean flag(String key, boolean otherwise) {
        JsonNode node = root.path(key);
        return node.isBoolean() ? node.asBoolean() : otherwise;
    }

    /** The filter that {@code resample} names. */
    public Filter filter(Filter otherwise) {
        OptionalInt code = root.path("resample").isNumber() ? OptionalInt.of(root.path("resample").asInt()) : OptionalInt.empty();
        try {
            return code.isPresent() ? Filter.of(code.getAsInt()) : otherwise;
        } catch (IllegalArgumentException unknown) {
            throw new UnsupportedModelException("preprocessor_config.json: " + unknown.getMessage());
        }
    }

    /** Pairs of height and width, such as {@code image_grid_pinpoints}; empty where the key is absent. */
    public List<Size> sizes(String key) {
        JsonNode pairs = root.path(key);
        List<Size> sizes = new ArrayList<>();
        for (JsonNode pair : pairs) {
            if (pair.size() != 2 || pair.get(0).asInt() < 1 || pair.get(1).asInt() < 1) {
                throw new UnsupportedModelException("preprocessor_config.json: " + key + " holds " + pair + ", not a height and a width");
            }
            sizes.add(new Size(pair.get(1).asInt(), pair.get(0).asInt()));
        }
        return sizes;
    }

    /** A colour given as three shares of 255, such as {@code image_mean}, rounded to 8 bits half to even, as Python rounds. */
    public int[] colour(String key) {
        return colour(key, Math::rint);
    }

    /** The same, rounded down, as Python's {@code int} does. */
    public int[] colourDown(String key) {
        return colour(key, Math::floor);
    }

    private int[] colour(String key, DoubleUnaryOperator rounded) {
        JsonNode shares = root.path(key);
        if (shares.size() != 3) {
            throw new UnsupportedModelException("preprocessor_config.json: " + key + " does not have three numbers");
        }
        int[] colour = new int[3];
        for (int i = 0; i < 3; i++) {
            double share = shares.get(i).asDouble(-1);
            if (!(share >= 0 && share <= 1)) {
                throw new UnsupportedModelException("preprocessor_config.json: " + key + " holds " + shares.get(i) + ", not a number from 0 to 1");
            }
            colour[i] = (int) rounded.applyAsDouble(share * 255);
        }
        return colour;
    }

    /** Fails, naming the key, where tiles made by these settings would not be those that the eye takes. */
    public void agree(ModelFacts facts, String key, int width, int height) {
        boolean fits = (facts.tileWidth() == 0 || facts.tileWidth() == width) && (facts.tileHeight() == 0 || facts.tileHeight() == height);
        if (!fits) {
            throw new UnsupportedModelException("preprocessor_config.json: " + key + " makes tiles of " + width + "x" + height
                    + ", and the eye takes " + facts.tileWidth() + "x" + facts.tileHeight());
        }
    }

    /** Fails, naming the key, where a flag that is needed is off. */
    public void demand(String key, String why) {
        if (!flag(key, true)) {
            throw new UnsupportedModelException("preprocessor_config.json: " + key + " is off, " + why);
        }
    }

    /** Fails, naming the key, where a flag that cannot be followed is set. */
    public void refuse(String key, String why) {
        if (flag(key, false)) {
            throw new UnsupportedModelException("preprocessor_config.json: " + key + " is set, " + why);
        }
    }
}
