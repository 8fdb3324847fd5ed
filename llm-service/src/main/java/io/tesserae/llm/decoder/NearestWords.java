package io.tesserae.llm.decoder;

import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.engines.onnx.OnnxSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The vocabulary's words whose embeddings point most nearly where given ones do. The table is looked up a part at a time, as the brain itself looks it up, so
 * that nothing of it stays in memory.
 */
public final class NearestWords {

    /** Words that are looked up at once. */
    private static final int PART = 1024;

    private final BrainShape shape;

    /** One of them. */
    public record Word(long id, float similarity) {
    }

    public NearestWords(BrainShape shape) {
        this.shape = shape;
    }

    /**
     * Compares with the whole table.
     *
     * @param embeddings [token][hidden]
     * @return [token][top], in falling order
     */
    public Word[][] of(float[][] embeddings, int top, ModelFolder folder, OnnxOptions options) {
        Ranking[] rankings = new Ranking[embeddings.length];
        for (int token = 0; token < rankings.length; token++) {
            rankings[token] = new Ranking(top);
        }
        // [hidden][token]: a word's number in one direction meets all tokens at once.
        float[][] turned = unitLengthTurned(embeddings);
        ByteBuffer ids = DirectMemory.allocate(8L * PART);
        ByteBuffer rows = DirectMemory.allocate(4L * PART * shape.hidden());
        try (OnnxSession embed = OnnxSession.open(folder.require(folder.manifest().llm().embed()), options)) {
            for (int from = 0; from < shape.vocabulary(); from += PART) {
                int count = Math.min(PART, shape.vocabulary() - from);
                for (int i = 0; i < count; i++) {
                    ids.putLong(8 * i, from + i);
                }
                try (Binding binding = new Binding().input("input_ids", ids, ElementKind.INT64, 1, count)
                        .output("inputs_embeds", rows, ElementKind.FLOAT32, 1, count, shape.hidden())) {
                    embed.run(binding.inputs(), binding.outputs(), Optional.empty());
                }
                compare(rows.asFloatBuffer(), from, count, turned, rankings);
            }
        }
        Word[][] words = new Word[rankings.length][];
        for (int token = 0; token < rankings.length; token++) {
            words[token] = rankings[token].words();
        }
        return words;
    }

    private float[][] unitLengthTurned(float[][] embeddings) {
        float[][] turned = new float[shape.hidden()][embeddings.length];
        for (int token = 0; token < embeddings.length; token++) {
            double squares = 0;
            for (float number : embeddings[token]) {
                squares += number * number;
            }
            float length = (float) Math.sqrt(squares);
            for (int i = 0; i < shape.hidden(); i++) {
                turned[i][token] = length == 0 ? 0 : embeddings[token][i] / length;
            }
        }
        return turned;
    }

    private void compare(FloatBuffer rows, int from, int count, float[][] turned, Ranking[] rankings) {
        float[] word = new float[shape.hidden()];
        float[] products = new float[rankings.length];
        for (int i = 0; i < count; i++) {
            rows.get(i * shape.hidden(), word);
            Arrays.fill(products, 0);
            double squares = 0;
            for (int j = 0; j < word.length; j++) {
                squares += word[j] * word[j];
                add(products, turned[j], word[j]);
            }
            if (squares == 0) {
                continue;
            }
            float length = (float) Math.sqrt(squares);
            for (int token = 0; token < products.length; token++) {
                rankings[token].offer(from + i, products[token] / length);
            }
        }
    }

    /** Apart, so that it is compiled to wide instructions. */
    private static void add(float[] products, float[] direction, float number) {
        for (int token = 0; token < products.length; token++) {
            products[token] += direction[token] * number;
        }
    }

    /** The best few so far, in falling order; of equals the first. */
    private static final class Ranking {

        private final long[] ids;
        private final float[] similarities;
        private int size;

        Ranking(int top) {
            ids = new long[top];
            similarities = new float[top];
        }

        void offer(long id, float similarity) {
            if (size == ids.length && similarity <= similarities[size - 1]) {
                return;
            }
            int place = size < ids.length ? size++ : size - 1;
            while (place > 0 && similarities[place - 1] < similarity) {
                ids[place] = ids[place - 1];
                similarities[place] = similarities[place - 1];
                place--;
            }
            ids[place] = id;
            similarities[place] = similarity;
        }

        Word[] words() {
            Word[] words = new Word[size];
            for (int i = 0; i < size; i++) {
                words[i] = new Word(ids[i], similarities[i]);
            }
            return words;
        }
    }
}
