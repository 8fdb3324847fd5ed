package io.tesserae.vision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;

/**
 * From a byte of a channel to the number that the eye's graph reads: rescaled, then normalised, as
 * {@code preprocessor_config.json} says. A byte has 256 values, so this is a table.
 *
 * <p>The arithmetic is that of {@code rescale} and {@code normalize} in {@code transformers.image_transforms}, bit for bit: the
 * product in double precision, rounded to single; the difference and the quotient in single precision.
 */
public final class Normalisation {

    private static final String CONFIG = "preprocessor_config.json";
    private static final int CHANNELS = 3;

    /** [channel][byte]. */
    private final float[][] table = new float[CHANNELS][256];

    private Normalisation(double rescaleFactor, double[] mean, double[] std) {
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int value = 0; value < 256; value++) {
                float rescaled = (float) (value * rescaleFactor);
                table[channel][value] = (rescaled - (float) mean[channel]) / (float) std[channel];
            }
        }
    }

    /** Reads a checkpoint's own values. Throws {@link ModelFolderException} that names the key that is missing or wrong. */
    static Normalisation of(ModelFolder folder) {
        String text = folder.text(CONFIG).orElseThrow(() -> new ModelFolderException("model " + folder.manifest().name() + " lacks " + CONFIG));
        try {
            return of(new ObjectMapper().readTree(text));
        } catch (JsonProcessingException malformed) {
            throw new ModelFolderException(CONFIG + " is not JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }

    static Normalisation of(JsonNode config) {
        boolean rescale = config.path("do_rescale").asBoolean(true);
        boolean normalise = config.path("do_normalize").asBoolean(true);
        double factor = rescale ? config.path("rescale_factor").asDouble(1 / 255.0) : 1;
        double[] mean = normalise ? channels(config, "image_mean") : new double[] {0, 0, 0};
        double[] std = normalise ? channels(config, "image_std") : new double[] {1, 1, 1};
        return new Normalisation(factor, mean, std);
    }

    /** One number a channel, or one for all. */
    private static double[] channels(JsonNode config, String key) {
        JsonNode node = config.path(key);
        double[] values = new double[CHANNELS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            JsonNode value = node.isArray() ? node.path(channel) : node;
            if (!value.isNumber() || node.isArray() && node.size() != CHANNELS) {
                throw new ModelFolderException(CONFIG + ": " + key + " must be a number or " + CHANNELS + " numbers");
            }
            values[channel] = value.asDouble();
        }
        return values;
    }

    /** The values of one channel by byte; not to be written to. */
    float[] channel(int channel) {
        return table[channel];
    }
}
