package io.tesserae.llm.decoder;

import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.engines.onnx.OnnxSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * A brain of two ONNX graphs, {@code embed_tokens} and {@code decoder}, run in place: every input, the logits and the KV cache lie in memory
 * that is allocated once, so a step copies nothing but the logits that are sampled.
 */
public final class OnnxBrain implements Brain {

    /** More rows than this are not worth their memory on any machine that this runs on. */
    public static final int MOST_ROWS = 256;

    private static final String POSITIONS = "position_ids";
    private static final String LEVELS = "level_embeds";
    private static final String ATTEND_UNTIL = "attend_until";

    private final BrainShape shape;
    private final int rows;
    private final int mostScored;
    private final OnnxSession embed;
    private final OnnxSession decoder;
    private final KvCache cache;
    /** int64 [token] */
    private final ByteBuffer ids;
    /** [token, hidden] */
    private final ByteBuffer embeddings;
    /** int64 [axis, token]; empty where positions have no axes */
    private final ByteBuffer positions;
    /** [level, token, hidden], zeros between calls; empty where there are no levels */
    private final ByteBuffer levels;
    /** int64 [token], zeros between calls; empty where attention is causal throughout */
    private final ByteBuffer attendUntil;
    /** [rows + scored, vocabulary]; the last rows are the prefill's */
    private final ByteBuffer logits;
    /** int32 [rows]: length after the call - 1 */
    private final ByteBuffer lengths = DirectMemory.allocate(4L * MOST_ROWS);
    /** int32 scalar, int64 [1] */
    private final ByteBuffer longest = DirectMemory.allocate(4);
    private final ByteBuffer logitsStart = DirectMemory.allocate(8);
    /** By number of rows; null until used. */
    private final Binding[] decodes;
    private final Binding[] decodeEmbeds;
    /** By row; null until used. */
    private final Binding[] prefills;

    private OnnxBrain(BrainShape shape, int rows, int longestChunk, int mostScored, long kvBytes, OnnxSession embed, OnnxSession decoder) {
        this.shape = shape;
        this.rows = rows;
        this.mostScored = mostScored;
        this.embed = embed;
        this.decoder = decoder;
        this.cache = new KvCache(shape, rows, kvBytes);
        int tokens = Math.max(Math.max(rows, mostScored), Math.max(longestChunk, shape.bidirectional()));
        this.ids = DirectMemory.allocate(8L * tokens);
        this.embeddings = DirectMemory.allocate(4L * tokens * shape.hidden());
        this.positions = DirectMemory.allocate(8L * shape.ropeAxes() * tokens);
        this.levels = DirectMemory.allocate(4L * shape.levels() * tokens * shape.hidden());
        this.attendUntil = DirectMemory.allocate(shape.bidirectional() > 0 ? 8L * tokens : 0);
        this.logits = DirectMemory.allocate(4L * (rows + mostScored) * shape.vocabulary());
        this.decodes = new Binding[rows + 1];
        this.decodeEmbeds = new Binding[rows + 1];
        this.prefills = new Binding[rows];
    }

    /** Loads a folder's graphs. Throws {@link ModelFolderException} or the engine's own exception, which say what is wrong with them. */
    public static OnnxBrain open(ModelFolder folder, BrainShape shape, int rows, int longestChunk, OnnxOptions options) {
        return (OnnxBrain) Brains.open(folder, shape, rows, longestChunk, 1, Long.MAX_VALUE, options);
    }

    /** Takes both sessions over, also where it throws. */
    static OnnxBrain of(ModelFolder folder, BrainShape shape, int rows, int longestChunk, int mostScored, long kvBytes, OnnxSession embed,
            OnnxSession decoder) {
        Manifest.Llm llm = folder.manifest().llm();
        try {
            String cacheInput = "past_key_values." + (shape.layers() - 1) + ".value";
            if (!decoder.inputs().containsKey(cacheInput) || !decoder.inputs().containsKey("logits_start")) {
                throw new ModelFolderException(llm.decoder() + " is not a decoder of " + shape.layers()
                        + " layers with an in-place KV cache (make one with './tesserae export')");
            }
            requireInput(decoder, POSITIONS, shape.ropeAxes() > 0, llm);
            requireInput(decoder, LEVELS, shape.levels() > 0, llm);
            requireInput(decoder, ATTEND_UNTIL, shape.bidirectional() > 0, llm);
            return new OnnxBrain(shape, rows, Math.min(longestChunk, shape.context()), mostScored, kvBytes, embed, decoder);
        } catch (RuntimeException unusable) {
            decoder.close();
            embed.close();
            throw unusable;
        }
    }

    private static void requireInput(OnnxSession decoder, String name, boolean wanted, Manifest.Llm llm) {
        if (decoder.inputs().containsKey(name) != wanted) {
            throw new ModelFolderException(llm.decoder() + (wanted ? " has no" : " has an") + " input " + name + ", but tesserae.json says rope_axes "
                    + llm.ropeAxes() + ", levels " + llm.levels() + " and bidirectional_image_tokens " + llm.bidirectionalImageTokens());
        }
    }

    @Override
    public BrainShape shape() {
        return shape;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public void reserve(int wantedRows, int tokens, int rowsInUse) {
        if (!cache.holds(wantedRows, tokens)) {
            forgetBindings();
            cache.grow(wantedRows, tokens, rowsInUse);
        }
    }

    @Override
    public void release() {
        forgetBindings();
        cache.close();
    }

    @Override
    public void copyRow(int from, int to, int tokens) {
        cache.copyRow(from, to, tokens);
    }

    @Override
    public void swapRows(int one, int other, int tokens) {
        cache.swapRows(one, other, tokens);
    }

    @Override
    public int mostScored() {
        return mostScored;
    }

    @Override
    public void prefill(int row, int past, long[] tokens, int from, int count, Overlay pictures, int scored) {
        for (int i = 0; i < count; i++) {
            // An image token may have no row of its own; whatever is looked up for it is overlaid.
            long id = tokens[from + i];
            ids.putLong(8 * i, id < shape.vocabulary() ? id : 0);
        }
        try (Binding lookUp = embedding(1, count)) {
            embed.run(lookUp.inputs(), lookUp.outputs(), Optional.empty());
        }
        pictures.embed(floats(embeddings, count * shape.hidden()), from);
        if (prefills[row] == null) {
            prefills[row] = lengthInputs(new Binding().cache(cache, shape, row, 1), 1);
        }
        prefills[row].output("logits", prefillLogits(scored), ElementKind.FLOAT32, 1, scored, shape.vocabulary());
        prefills[row].input("inputs_embeds", embeddings, ElementKind.FLOAT32, 1, count, shape.hidden());
        int deepened = placePictures(prefills[row], count, from, pictures);
        lengths.putInt(0, past + count - 1);
        longest.putInt(0, past + count);
        // One row of logits is computed whether or not it is asked for: graphs need not bear an empty one.
        logitsStart.putLong(0, count - scored);
        decoder.run(prefills[row].inputs(), prefills[row].outputs(), Optional.empty());
        clearLevels(deepened);
        clearLookAhead(count);
    }

    /** Positions, look-ahead and levels of a chunk, where the graph takes them. Numbers that were put into levels, to be cleared after. */
    private int placePictures(Binding binding, int count, int from, Overlay pictures) {
        if (shape.ropeAxes() > 0) {
            pictures.place(positions.slice(0, 8 * shape.ropeAxes() * count).order(positions.order()).asLongBuffer(), count, from);
            binding.input(POSITIONS, positions, ElementKind.INT64, shape.ropeAxes(), 1, count);
        }
        if (shape.bidirectional() > 0) {
            pictures.lookAhead(attendUntil.slice(0, 8 * count).order(attendUntil.order()).asLongBuffer(), from);
            binding.input(ATTEND_UNTIL, attendUntil, ElementKind.INT64, count);
        }
        if (shape.levels() == 0) {
            return 0;
        }
        int numbers = shape.levels() * count * shape.hidden();
        boolean any = pictures.deepen(floats(levels, numbers), count, from);
        // A chunk of text alone adds one row of zeros to every token.
        binding.input(LEVELS, levels, ElementKind.FLOAT32, shape.levels(), 1, any ? count : 1, shape.hidden());
        return any ? numbers : 0;
    }

    private void clearLevels(int numbers) {
        FloatBuffer used = levels.asFloatBuffer();
        for (int i = 0; i < numbers; i++) {
            used.put(i, 0);
        }
    }

    private void clearLookAhead(int count) {
        for (int i = 0; shape.bidirectional() > 0 && i < count; i++) {
            attendUntil.putLong(8 * i, 0);
        }
    }

    private static FloatBuffer floats(ByteBuffer buffer, int count) {
        return buffer.slice(0, 4 * count).order(buffer.order()).asFloatBuffer();
    }

    private Binding embedding(int batch, int tokens) {
        return new Binding()
                .input("input_ids", ids, ElementKind.INT64, batch, tokens)
                .output("inputs_embeds", embeddings, ElementKind.FLOAT32, batch, tokens, shape.hidden());
    }

    private Binding lengthInputs(Binding binding, int batch) {
        return binding
                .input("seqlens_k", lengths, ElementKind.INT32, batch)
                .input("total_sequence_length", longest, ElementKind.INT32)
                .input("logits_start", logitsStart, ElementKind.INT64, 1);
    }

    private ByteBuffer prefillLogits(int scored) {
        return logits.slice(4 * rows * shape.vocabulary(), 4 * scored * shape.vocabulary());
    }

    @Override
    public void decode(int batch, long[] tokens, int[] held, int[] places) {
        int most = 0;
        for (int row = 0; row < batch; row++) {
            ids.putLong(8 * row, tokens[row]);
            lengths.putInt(4 * row, held[row]);
            most = Math.max(most, held[row] + 1);
            for (int axis = 0; axis < shape.ropeAxes(); axis++) {
                positions.putLong(8 * (axis * batch + row), places[row]);
            }
        }
        longest.putInt(0, most);
        logitsStart.putLong(0, 0);
        if (decodes[batch] == null) {
            decodes[batch] = lengthInputs(new Binding().cache(cache, shape, 0, batch), batch)
                    .input("inputs_embeds", embeddings, ElementKind.FLOAT32, batch, 1, shape.hidden())
                    .output("logits", logits, ElementKind.FLOAT32, batch, 1, shape.vocabulary());
            if (shape.ropeAxes() > 0) {
                decodes[batch].input(POSITIONS, positions, ElementKind.INT64, shape.ropeAxes(), batch, 1);
            }
            if (shape.levels() > 0) {
                decodes[batch].input(LEVELS, levels, ElementKind.FLOAT32, shape.levels(), 1, 1, shape.hidden());
            }
            if (shape.bidirectional() > 0) {
                decodes[batch].input(ATTEND_UNTIL, attendUntil, ElementKind.INT64, 1);
            }
            decodeEmbeds[batch] = embedding(batch, 1);
        }
        embed.run(decodeEmbeds[batch].inputs(), decodeEmbeds[batch].outputs(), Optional.empty());
        decoder.run(decodes[batch].inputs(), decodes[batch].outputs(), Optional.empty());
    }

    @Override
    public void prefillLogits(int scored, float[] into) {
        decodeLogits(rows + scored, into);
    }

    @Override
    public void decodeLogits(int row, float[] into) {
        logits.asFloatBuffer().get(row * shape.vocabulary(), into, 0, shape.vocabulary());
    }

    @Override
    public long kvBytes() {
        return cache.bytes();
    }

    private void forgetBindings() {
        for (Binding[] bindings : new Binding[][] {decodes, decodeEmbeds, prefills}) {
            for (int i = 0; i < bindings.length; i++) {
                if (bindings[i] != null) {
                    bindings[i].close();
                    bindings[i] = null;
                }
            }
        }
    }

    @Override
    public void close() {
        release();
        decoder.close();
        embed.close();
    }
}
