package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.llm.Goldens;
import io.tesserae.llm.text.Prompt;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Positions with axes are those of transformers ({@code training/fixtures/rope_positions.py}). */
class RopePositionsTest {

    static Stream<JsonNode> golden() {
        return StreamSupport.stream(Goldens.json("rope/golden.json").get("cases").spliterator(), false);
    }

    private static List<Prompt.Slot> slots(JsonNode prompt) {
        List<Prompt.Slot> slots = new ArrayList<>();
        int at = 0;
        for (JsonNode part : prompt) {
            int tokens = part.isInt() ? part.asInt() : part.get(0).asInt() * part.get(1).asInt();
            if (!part.isInt()) {
                slots.add(new Prompt.Slot(slots.size(), at, tokens, part.get(1).asInt(), new byte[0]));
            }
            at += tokens;
        }
        return slots;
    }

    @ParameterizedTest
    @MethodSource("golden")
    void tokensStandWhereTheReferencePutsThem(JsonNode example) {
        List<Prompt.Slot> slots = slots(example.get("prompt"));
        JsonNode wanted = example.get("positions");
        int tokens = wanted.get(0).size();
        for (int chunk = 1; chunk <= tokens; chunk++) {
            for (int from = 0; from < tokens; from += chunk) {
                int count = Math.min(chunk, tokens - from);
                long[] positions = new long[3 * count];
                RopePositions.fill(slots, LongBuffer.wrap(positions), count, from);
                assertArrayEquals(part(wanted, from, count), positions, "chunks of " + chunk + " tokens, from " + from);
            }
        }
    }

    private static long[] part(JsonNode positions, int from, int count) {
        long[] part = new long[3 * count];
        for (int axis = 0; axis < 3; axis++) {
            for (int token = 0; token < count; token++) {
                part[axis * count + token] = positions.get(axis).get(from + token).asLong();
            }
        }
        return part;
    }

    @ParameterizedTest
    @MethodSource("golden")
    void theAnswerGoesOnBehindThePictures(JsonNode example) {
        int tokens = example.at("/positions/0").size();
        assertEquals(example.get("next").asInt(), tokens - RopePositions.saved(slots(example.get("prompt"))));
    }
}
