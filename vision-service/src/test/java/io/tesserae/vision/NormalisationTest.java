package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.model.ModelFolderException;
import org.junit.jupiter.api.Test;

class NormalisationTest {

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void everyByteOfEveryChannelIsNumpysBitForBit() {
        JsonNode golden = GoldenTiles.read("/normalisation.json");
        Normalisation normalisation = Normalisation.of(golden);
        for (int channel = 0; channel < 3; channel++) {
            for (int value = 0; value < 256; value++) {
                int bits = Float.floatToRawIntBits(normalisation.channel(channel)[value]);
                assertEquals(golden.path("float_bits").get(channel).get(value).asText(), String.format("%08x", bits), channel + ": " + value);
            }
        }
    }

    @Test
    void oneNumberMayStandForAllChannels() throws JsonProcessingException {
        Normalisation normalisation = Normalisation.of(json("{\"rescale_factor\": 1, \"image_mean\": 1, \"image_std\": 2}"));
        assertEquals(127f, normalisation.channel(2)[255]);
    }

    @Test
    void aStepMayBeTurnedOff() throws JsonProcessingException {
        assertEquals(255f, Normalisation.of(json("{\"do_rescale\": false, \"do_normalize\": false}")).channel(0)[255]);
        assertEquals(1f, Normalisation.of(json("{\"do_normalize\": false}")).channel(0)[255]);
    }

    @Test
    void aMissingOrWrongKeyIsNamed() throws JsonProcessingException {
        assertNamed("{\"image_std\": [1, 1, 1]}", "image_mean");
        assertNamed("{\"image_mean\": [0, 0, 0], \"image_std\": [1, 1]}", "image_std");
        assertNamed("{\"image_mean\": [0, 0, 0], \"image_std\": [1, 1, 1, 1]}", "image_std");
        assertNamed("{\"image_mean\": [0, 0, \"0\"], \"image_std\": [1, 1, 1]}", "image_mean");
    }

    private static void assertNamed(String config, String key) throws JsonProcessingException {
        JsonNode node = json(config);
        ModelFolderException wrong = assertThrows(ModelFolderException.class, () -> Normalisation.of(node));
        assertTrue(wrong.getMessage().contains(key), wrong.getMessage());
    }
}
