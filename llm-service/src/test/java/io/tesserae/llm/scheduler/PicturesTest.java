package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.llm.Goldens;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.text.Tokenizer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures whose tokens see each other: which tokens look ahead, and where prompts are cut into chunks. */
class PicturesTest {

    private static final List<Prompt.Slot> SLOTS = List.of(slot(0, 3, 4), slot(1, 7, 2), slot(2, 12, 6));
    private static final int PROMPT = 20;

    private static Prompt.Slot slot(int number, int start, int tokens) {
        return new Prompt.Slot(number, start, tokens, new byte[0]);
    }

    @Test
    void imageTokensLookAheadToTheirOwnPicturesEnd() {
        assertArrayEquals(new long[] {0, 0, 0, 7, 7, 7, 7, 9, 9, 0, 0, 0, 18, 18, 18, 18, 18, 18, 0, 0}, lookAhead(0, PROMPT));
        assertArrayEquals(new long[] {7, 7, 9, 9, 0, 0, 0, 18}, lookAhead(5, 8));
        assertArrayEquals(new long[] {0, 0}, lookAhead(18, 2));
    }

    private static long[] lookAhead(int from, int count) {
        long[] until = new long[count];
        new Pictures(SLOTS, new AtomicReferenceArray<>(3), 8).lookAhead(LongBuffer.wrap(until), from);
        return until;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 64})
    void noChunkEndsWithinAPicture(int most) {
        try (Tokenizer tokenizer = Tokenizer.open(Goldens.tinyModel())) {
            Sequence sequence = new Sequence(new GenerationRequest("test", new Prompt(new long[PROMPT], SLOTS), new long[0],
                    SamplingOptions.GREEDY, -1, 1, Set.of(), List.of(), 0, 0, System.nanoTime()), new Recorder(), tokenizer, 390);
            List<Integer> ends = new ArrayList<>();
            while (sequence.computed < PROMPT) {
                int count = sequence.wholePictures(PROMPT, most);
                assertEquals(true, count >= 1 && (count <= most || SLOTS.stream().anyMatch(slot -> slot.tokens() == count)),
                        count + " tokens: more than asked for only where one picture is longer");
                sequence.computed += count;
                ends.add(sequence.computed);
            }
            for (int end : ends) {
                assertEquals(true, SLOTS.stream().noneMatch(slot -> slot.start() < end && end < slot.end()), "chunks end at " + ends);
            }
            assertEquals(PROMPT, sequence.computed);
        }
    }
}
