package io.tesserae.llm.decoder;

import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.Float16;
import io.tesserae.engines.TensorSpec;
import io.tesserae.engines.onnx.OnnxSession;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A brain as transformers.js publishes it: {@code embed_tokens} and {@code decoder_model_merged}, whose cache comes out of every run one token longer than it
 * went in. It is copied by the graph at every step, and rows of different lengths do not fit into one run, so every row has a run of its own:
 * see decision 8 for what that costs. {@link OnnxBrain} is the engine for graphs of our own exporter.
 */
public final class GrowingBrain implements Brain {

    private static final Set<String> KNOWN = Set.of("inputs_embeds", "attention_mask", "position_ids", "use_cache_branch", "num_logits_to_keep");
    /** Logits come for every position of a run, so a prompt is computed in runs of so many at most. */
    private static final int LONGEST_RUN = 128;

    private final BrainShape shape;
    private final int rows;
    private final OnnxSession embed;
    private final OnnxSession decoder;
    private final GrowingCache[] caches;
    /** float32 or float16 */
    private final ElementKind embeddingKind;
    private final ElementKind logitsKind;
    /** Whether logits come for the last position alone. */
    private final boolean lastLogits;
    /** int64 [token] */
    private final ByteBuffer ids = DirectMemory.allocate(8L * LONGEST_RUN);
    private final ByteBuffer positions = DirectMemory.allocate(8L * LONGEST_RUN);
    /** int64 [context], all 1 */
    private final ByteBuffer mask;
    /** [token, hidden], as the graphs have it */
    private final ByteBuffer embeddings;
    /** [token, hidden], float32, what pictures are overlaid on */
    private final ByteBuffer overlaid;
    /** [token, vocabulary] */
    private final ByteBuffer runLogits;
    private final ByteBuffer cacheBranch = DirectMemory.allocate(1);
    private final ByteBuffer one = DirectMemory.allocate(8);
    /** [rows + 1, vocabulary]; the last row is the prefill's */
    private final float[][] logits;

    private GrowingBrain(BrainShape shape, int rows, OnnxSession embed, OnnxSession decoder, ElementKind cacheKind) {
        this.shape = shape;
        this.rows = rows;
        this.embed = embed;
        this.decoder = decoder;
        this.caches = new GrowingCache[rows];
        Arrays.setAll(caches, row -> new GrowingCache(shape, cacheKind));
        this.embeddingKind = decoder.inputs().get("inputs_embeds").kind();
        TensorSpec given = decoder.outputs().get("logits");
        this.logitsKind = given.kind();
        this.lastLogits = given.extent(1) == 1 || decoder.inputs().containsKey("num_logits_to_keep");
        this.mask = DirectMemory.allocate(8L * shape.context());
        for (int i = 0; i < shape.context(); i++) {
            mask.putLong(8 * i, 1);
        }
        one.putLong(0, 1);
        this.overlaid = DirectMemory.allocate(4L * LONGEST_RUN * shape.hidden());
        this.embeddings = embeddingKind == ElementKind.FLOAT32 ? overlaid : DirectMemory.allocate(2L * LONGEST_RUN * shape.hidden());
        this.runLogits = DirectMemory.allocate((long) logitsKind.bytes() * (lastLogits ? 1 : LONGEST_RUN) * shape.vocabulary());
        this.logits = new float[rows + 1][];
    }

    /** Whether a decoder's inputs are those of this layout. */
    static boolean fits(OnnxSession decoder) {
        return decoder.inputs().containsKey("attention_mask") && decoder.inputs().containsKey("past_key_values.0.key");
    }

    /** Takes both sessions over, also where it throws {@link ModelFolderException} that says what of the graphs is not supported. */
    static GrowingBrain of(ModelFolder folder, BrainShape shape, int rows, OnnxSession embed, OnnxSession decoder) {
        try {
            return new GrowingBrain(shape, rows, embed, decoder, check(folder.manifest().llm().decoder(), shape, embed, decoder));
        } catch (RuntimeException unusable) {
            decoder.close();
            embed.close();
            throw unusable;
        }
    }

    /** Type of the cache. */
    private static ElementKind check(String name, BrainShape shape, OnnxSession embed, OnnxSession decoder) {
        Map<String, TensorSpec> inputs = decoder.inputs();
        for (String input : inputs.keySet()) {
            if (!KNOWN.contains(input) && !input.startsWith("past_key_values.")) {
                throw new ModelFolderException(name + " takes '" + input + "', which is not supported");
            }
        }
        TensorSpec last = inputs.get("past_key_values." + (shape.layers() - 1) + ".value");
        long[] wanted = {1, shape.kvHeads(), 0, shape.headDim()};
        if (last == null || inputs.containsKey("past_key_values." + shape.layers() + ".value") || last.shapeMismatch(wanted).isPresent()) {
            throw new ModelFolderException(name + " is not a decoder of " + shape.layers() + " layers with " + shape.kvHeads() + " heads of "
                    + shape.headDim() + ", as config.json has it" + (last == null ? "" : " but " + last));
        }
        TensorSpec places = inputs.get("position_ids");
        if (places != null && places.rank() != 2) {
            throw new ModelFolderException(name + " takes position_ids of " + places.rank() + " axes (M-RoPE), which is not supported in this layout");
        }
        for (TensorSpec spec : new TensorSpec[] {inputs.get("inputs_embeds"), embed.outputs().get("inputs_embeds"), decoder.outputs().get("logits"), last}) {
            if (spec == null || spec.kind() != ElementKind.FLOAT32 && spec.kind() != ElementKind.FLOAT16) {
                throw new ModelFolderException(name + ": inputs_embeds, logits and cache must be there, in float32 or float16");
            }
        }
        if (embed.outputs().get("inputs_embeds").kind() != inputs.get("inputs_embeds").kind()) {
            throw new ModelFolderException(name + " takes embeddings of another type than its embed_tokens gives; choose variants that fit together");
        }
        return last.kind();
    }

    @Override
    public BrainShape shape() {
        return shape;
    }

    @Override
    public int rows() {
        return rows;
    }

    /** Rows grow apart from each other, when they are used; here those that are in use make room for their next token. */
    @Override
    public void reserve(int wantedRows, int tokens, int rowsInUse) {
        for (int row = 0; row < rowsInUse; row++) {
            if (caches[row].length() > 0) {
                caches[row].reserve(Math.min(tokens, caches[row].length() + 1));
            }
        }
    }

    @Override
    public void release() {
        for (GrowingCache cache : caches) {
            cache.close();
        }
    }

    @Override
    public void copyRow(int from, int to, int tokens) {
        caches[to].copyOf(caches[from], tokens);
    }

    @Override
    public void swapRows(int row, int other, int tokens) {
        GrowingCache moved = caches[row];
        caches[row] = caches[other];
        caches[other] = moved;
    }

    /** What follows guessed tokens cannot be asked for: most graphs of this layout give the last token's logits alone. */
    @Override
    public int mostScored() {
        return 1;
    }

    @Override
    public void prefill(int row, int past, long[] tokens, int from, int count, Overlay pictures, int scored) {
        caches[row].cut(past);
        for (int done = 0; done < count; done += LONGEST_RUN) {
            int run = Math.min(LONGEST_RUN, count - done);
            for (int i = 0; i < run; i++) {
                // An image token may have no row of its own; whatever is looked up for it is overlaid.
                long id = tokens[from + done + i];
                ids.putLong(8 * i, id < shape.vocabulary() ? id : 0);
            }
            lookUp(run);
            pictures.embed(overlaid.slice(0, 4 * run * shape.hidden()).order(overlaid.order()).asFloatBuffer(), from + done);
            run(row, run, rows);
        }
    }

    @Override
    public void decode(int batch, long[] tokens, int[] held, int[] places) {
        for (int row = 0; row < batch; row++) {
            ids.putLong(0, tokens[row]);
            caches[row].cut(held[row]);
            lookUp(1);
            run(row, 1, row);
        }
    }

    private void lookUp(int count) {
        try (Binding binding = new Binding().input("input_ids", ids, ElementKind.INT64, 1, count)
                .output("inputs_embeds", embeddings, embeddingKind, 1, count, shape.hidden())) {
            embed.run(binding.inputs(), binding.outputs(), Optional.empty());
        }
        if (embeddingKind == ElementKind.FLOAT16) {
            for (int i = 0; i < count * shape.hidden(); i++) {
                overlaid.putFloat(4 * i, Float16.toFloat(embeddings.getShort(2 * i)));
            }
        }
    }

    /** Appends {@code count} tokens, whose embeddings are there, to a row; the last one's logits go to {@code target}. */
    private void run(int row, int count, int target) {
        GrowingCache cache = caches[row];
        int past = cache.length();
        cache.reserve(past + count);
        for (int i = 0; i < count; i++) {
            positions.putLong(8 * i, past + i);
        }
        if (embeddingKind == ElementKind.FLOAT16) {
            for (int i = 0; i < count * shape.hidden(); i++) {
                embeddings.putShort(2 * i, Float16.fromFloat(overlaid.getFloat(4 * i)));
            }
        }
        try (Binding binding = new Binding()) {
            cache.bind(binding, count);
            binding.input("inputs_embeds", embeddings, embeddingKind, 1, count, shape.hidden());
            binding.input("attention_mask", mask, ElementKind.INT64, 1, past + count);
            Map<String, TensorSpec> inputs = decoder.inputs();
            if (inputs.containsKey("position_ids")) {
                binding.input("position_ids", positions, ElementKind.INT64, 1, count);
            }
            if (inputs.containsKey("use_cache_branch")) {
                cacheBranch.put(0, (byte) (past > 0 ? 1 : 0));
                binding.input("use_cache_branch", cacheBranch, ElementKind.BOOL, 1);
            }
            TensorSpec keep = inputs.get("num_logits_to_keep");
            if (keep != null) {
                binding.input("num_logits_to_keep", one, ElementKind.INT64, keep.rank() == 0 ? new long[0] : new long[] {1});
            }
            int given = lastLogits ? 1 : count;
            binding.output("logits", runLogits, logitsKind, 1, given, shape.vocabulary());
            decoder.run(binding.inputs(), binding.outputs(), Optional.empty());
            keep(given - 1, target);
        }
        cache.ran(count);
    }

    private void keep(int position, int target) {
        if (logits[target] == null) {
            logits[target] = new float[shape.vocabulary()];
        }
        int first = position * shape.vocabulary();
        if (logitsKind == ElementKind.FLOAT32) {
            runLogits.asFloatBuffer().get(first, logits[target]);
            return;
        }
        for (int i = 0; i < shape.vocabulary(); i++) {
            logits[target][i] = Float16.toFloat(runLogits.getShort(2 * (first + i)));
        }
    }

    @Override
    public void prefillLogits(int scored, float[] into) {
        decodeLogits(rows, into);
    }

    @Override
    public void decodeLogits(int row, float[] into) {
        System.arraycopy(logits[row], 0, into, 0, shape.vocabulary());
    }

    @Override
    public long kvBytes() {
        long bytes = 0;
        for (GrowingCache cache : caches) {
            bytes += cache.bytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        release();
        decoder.close();
        embed.close();
    }
}
