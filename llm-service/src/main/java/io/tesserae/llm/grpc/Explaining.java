package io.tesserae.llm.grpc;

import com.google.protobuf.ByteString;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.engines.EngineException;
import io.tesserae.llm.decoder.AttentionReader;
import io.tesserae.llm.decoder.NearestWords;
import io.tesserae.llm.scheduler.Pictures;
import io.tesserae.llm.scheduler.SlotTensors;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.v1.AttendRequest;
import io.tesserae.llm.v1.AttendResponse;
import io.tesserae.llm.v1.NearWord;
import io.tesserae.llm.v1.NearWords;
import io.tesserae.llm.v1.NearestWordsRequest;
import io.tesserae.llm.v1.NearestWordsResponse;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The explanations that take computing, from a checked request to its answer. */
final class Explaining {

    private static final int MOST_TOKENS = 4096;
    private static final int MOST_WORDS = 20;
    private static final int MOST_GENERATED = 256;

    private Explaining() {
    }

    static NearestWordsResponse nearestWords(NearestWordsRequest request, ServedModel.Loaded model) {
        if (request.getTop() < 1 || request.getTop() > MOST_WORDS) {
            throw invalid("top", "top must be from 1 to " + MOST_WORDS + ", not " + Integer.toUnsignedString(request.getTop()));
        }
        float[][] embeddings = rows(request.getEmbeddings(), model.shape().hidden());
        NearestWords.Word[][] found = new NearestWords(model.shape()).of(embeddings, request.getTop(), model.folder(), model.options());
        NearestWordsResponse.Builder response = NearestWordsResponse.newBuilder().setVocabulary(model.shape().vocabulary());
        for (NearestWords.Word[] words : found) {
            NearWords.Builder near = response.addTokensBuilder();
            for (NearestWords.Word word : words) {
                near.addWords(NearWord.newBuilder().setId(word.id()).setSimilarity(word.similarity())
                        .setText(new String(model.tokenizer().bytesOf(word.id()), StandardCharsets.UTF_8)));
            }
        }
        return response.build();
    }

    /** [token][hidden] */
    private static float[][] rows(io.tesserae.tensor.v1.Tensor message, int hidden) {
        Tensor tensor;
        try {
            tensor = WireTensors.fromMessage(message);
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw invalid("embeddings", "embeddings are malformed: " + malformed.getMessage());
        }
        if (tensor.kind() != ElementKind.FLOAT32 || tensor.rank() != 2 || tensor.extent(1) != hidden
                || tensor.extent(0) < 1 || tensor.extent(0) > MOST_TOKENS) {
            throw invalid("embeddings", "embeddings must be float32 [token, " + hidden + "] of 1 to " + MOST_TOKENS + " tokens, not " + tensor);
        }
        FloatBuffer floats = tensor.floats();
        float[][] rows = new float[(int) tensor.extent(0)][hidden];
        for (int row = 0; row < rows.length; row++) {
            floats.get(row * hidden, rows[row]);
        }
        return rows;
    }

    static AttendResponse attend(AttendRequest request, ServedModel.Loaded model) {
        Prompt prompt = model.assembler().assemble(request.getPromptList());
        long[] generated = request.getGeneratedIdsList().stream().mapToLong(Long::longValue).toArray();
        if (generated.length < 1 || generated.length > MOST_GENERATED) {
            throw invalid("generated_ids", "generated_ids must hold 1 to " + MOST_GENERATED + " tokens, not " + generated.length);
        }
        // The last token of the answer was chosen by the one before it, and looked at nothing itself.
        long[] ids = Arrays.copyOf(prompt.ids(), prompt.ids().length + generated.length - 1);
        System.arraycopy(generated, 0, ids, prompt.ids().length, generated.length - 1);
        for (long id : generated) {
            if (id < 0 || id >= model.shape().vocabulary()) {
                throw invalid("generated_ids", "a token id must be from 0 to " + (model.shape().vocabulary() - 1) + ", not " + id);
            }
        }
        if (ids.length > model.shape().context()) {
            throw Failure.inField(Reason.CONTEXT_FULL, "generated_ids", "prompt and answer have " + ids.length
                    + " tokens; the model's context is " + model.shape().context());
        }
        try (AttentionReader reader = AttentionReader.open(model.folder(), model.shape(), layers(request, model.shape().layers()), model.options())) {
            float[][] weights = reader.weights(ids, generated.length, pictures(request, prompt, model));
            return AttendResponse.newBuilder().setWeights(WireTensors.toMessage(flat(weights))).setLayers(model.shape().layers())
                    .addAllAveraged(reader.layers())
                    .addAllUtf8(Arrays.stream(generated).mapToObj(id -> ByteString.copyFrom(model.tokenizer().bytesOf(id))).toList()).build();
        } catch (UnsupportedOperationException | ModelFolderException cannot) {
            throw Failure.of(Reason.UNSUPPORTED_FIELD, "this brain's attention cannot be read: " + cannot.getMessage());
        } catch (EngineException cannot) {
            throw Failure.of(Reason.INTERNAL, "attention could not be read", cannot);
        }
    }

    private static Pictures pictures(AttendRequest request, Prompt prompt, ServedModel.Loaded model) {
        AtomicReferenceArray<SlotTensors> bySlot = new AtomicReferenceArray<>(prompt.slots().size());
        SlotArrivals arrivals = new SlotArrivals(prompt.slots(), model.shape(), bySlot::set);
        request.getEmbeddingsList().forEach(arrivals::add);
        arrivals.requireAll();
        return new Pictures(prompt.slots(), bySlot, model.shape().hidden());
    }

    private static Set<Integer> layers(AttendRequest request, int most) {
        Set<Integer> layers = new TreeSet<>();
        List<Integer> asked = request.getLayersList();
        for (int i = 0; i < asked.size(); i++) {
            if (asked.get(i) < 0 || asked.get(i) >= most) {
                throw invalid("layers[" + i + "]", "a layer must be from 0 to " + (most - 1) + ", not " + Integer.toUnsignedString(asked.get(i)));
            }
            layers.add(asked.get(i));
        }
        return layers;
    }

    private static Tensor flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, flat, row * rows[row].length, rows[row].length);
        }
        return Tensor.ofFloats(flat, rows.length, rows[0].length);
    }

    private static Failure invalid(String field, String message) {
        return Failure.inField(Reason.INVALID_FIELD, field, message);
    }
}
