package io.tesserae.llm.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.contract.model.ModelFolder;
import io.tesserae.llm.Goldens;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every brain does, compared with a naive one that computes each sequence anew. */
abstract class BrainContract {

    private static final float NEAR = 1e-4f;

    private final ModelFolder folder = Goldens.tinyModel();
    final BrainShape shape = BrainShape.of(folder.manifest().llm(), 0);
    private final Random random = new Random(11);
    private Brain brain;
    private NaiveBrain oracle;

    /** The tiny model's weights in the form that this brain runs, with four rows. */
    abstract Brain open(ModelFolder tiny);

    @BeforeEach
    void open() {
        brain = open(folder);
        oracle = new NaiveBrain(folder);
    }

    @AfterEach
    void close() {
        brain.close();
        oracle.close();
    }

    private long[] ids(int count) {
        return random.longs(count, 0, shape.vocabulary()).toArray();
    }

    private void prefill(int row, int past, long[] ids, int from, int count) {
        brain.prefill(row, past, ids, from, count, (chunk, at) -> { });
    }

    private float[] prefillLogits() {
        float[] logits = new float[shape.vocabulary()];
        brain.prefillLogits(0, logits);
        return logits;
    }

    private float[] decodeLogits(int row) {
        float[] logits = new float[shape.vocabulary()];
        brain.decodeLogits(row, logits);
        return logits;
    }

    @Test
    void aPromptInChunksIsTheWholePrompt() {
        long[] ids = ids(70);
        brain.reserve(2, 70, 0);
        prefill(1, 0, ids, 0, 70);
        assertArrayEquals(oracle.logits(ids, Map.of()), prefillLogits(), NEAR);
        for (int from = 0; from < 70; from += 16) {
            prefill(0, from, ids, from, Math.min(16, 70 - from));
        }
        assertArrayEquals(oracle.logits(ids, Map.of()), prefillLogits(), NEAR);
    }

    @Test
    void theLastTokensLogitsAreThoseOfSingleSteps() {
        long[] ids = ids(40);
        int scored = Math.min(5, brain.mostScored());
        brain.reserve(1, 40, 0);
        prefill(0, 0, ids, 0, 30);
        brain.prefill(0, 30, ids, 30, 10, (chunk, at) -> { }, scored);
        for (int i = 0; i < scored; i++) {
            float[] logits = new float[shape.vocabulary()];
            brain.prefillLogits(i, logits);
            assertArrayEquals(oracle.logits(Arrays.copyOf(ids, 40 - scored + 1 + i), Map.of()), logits, NEAR);
        }
    }

    @Test
    void embeddingsStandInPlaceOfTokens() {
        long[] ids = ids(20);
        Map<Integer, float[]> overlays = new HashMap<>();
        for (int index = 5; index < 12; index++) {
            float[] embedding = new float[shape.hidden()];
            for (int i = 0; i < embedding.length; i++) {
                embedding[i] = (float) random.nextGaussian();
            }
            overlays.put(index, embedding);
        }
        brain.reserve(1, 20, 0);
        for (int from = 0; from < 20; from += 8) {
            brain.prefill(0, from, ids, from, Math.min(8, 20 - from), (chunk, at) -> overlays.forEach((index, embedding) -> {
                if (index >= at && index < at + chunk.limit() / shape.hidden()) {
                    chunk.put((index - at) * shape.hidden(), embedding);
                }
            }));
        }
        assertArrayEquals(oracle.logits(ids, overlays), prefillLogits(), NEAR);
    }

    @Test
    void rowsOfAnyLengthAreDecodedTogetherWhileTheCacheGrowsAndRowsMove() {
        long[][] sequences = {ids(10), ids(200), ids(37)};
        for (int row = 0; row < 3; row++) {
            brain.reserve(row + 1, sequences[row].length, row);
            prefill(row, 0, sequences[row], 0, sequences[row].length);
        }
        for (int step = 0; step < 80; step++) { // Row 1 passes the first capacity of 256.
            if (step == 20) {
                brain.swapRows(0, 1, sequences[1].length);
                swap(sequences, 0, 1);
            }
            if (step == 40) {
                brain.copyRow(2, 0, sequences[2].length);
                sequences[0] = sequences[2].clone();
            }
            decodeAndCompare(sequences, step % 10 == 0);
        }
        brain.release();
        assertEquals(0, brain.kvBytes());
        brain.reserve(1, 5, 0);
        long[] again = ids(5);
        prefill(0, 0, again, 0, 5);
        assertArrayEquals(oracle.logits(again, Map.of()), prefillLogits(), NEAR);
    }

    private void decodeAndCompare(long[][] sequences, boolean compare) {
        long[] next = ids(3);
        int[] lengths = Arrays.stream(sequences).mapToInt(sequence -> sequence.length).toArray();
        brain.reserve(3, Arrays.stream(lengths).max().orElseThrow() + 1, 3);
        brain.decode(3, next, lengths, lengths);
        for (int row = 0; row < 3; row++) {
            sequences[row] = Arrays.copyOf(sequences[row], lengths[row] + 1);
            sequences[row][lengths[row]] = next[row];
            if (compare) {
                assertArrayEquals(oracle.logits(sequences[row], Map.of()), decodeLogits(row), NEAR);
            }
        }
    }

    private static void swap(long[][] sequences, int one, int other) {
        long[] moved = sequences[one];
        sequences[one] = sequences[other];
        sequences[other] = moved;
    }
}
