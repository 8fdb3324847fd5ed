package io.tesserae.llm.grpc;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.scheduler.SlotTensors;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.v1.SlotEmbeddings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;

/** Checks embeddings as they come and hands them on. */
final class SlotArrivals {

    private final BiConsumer<Integer, SlotTensors> taker;
    private final int hidden;
    private final int levels;
    private final int[] tokens;
    private final BitSet arrived = new BitSet();

    /** @param taker takes each slot's, by its number */
    SlotArrivals(List<Prompt.Slot> slots, BrainShape shape, BiConsumer<Integer, SlotTensors> taker) {
        this.taker = taker;
        this.hidden = shape.hidden();
        this.levels = shape.levels();
        this.tokens = new int[slots.size()];
        slots.forEach(slot -> tokens[slot.number()] = slot.tokens());
    }

    /** Throws {@link Failure} naming the slot and what is wrong with it. */
    void add(SlotEmbeddings message) {
        int number = message.getSlot();
        String field = "embeddings[" + Integer.toUnsignedString(number) + "]";
        if (number < 0 || number >= tokens.length) {
            throw invalid(field + ".slot", "the prompt has no slot " + Integer.toUnsignedString(number) + ", it has " + tokens.length);
        }
        if (levels == 0 && message.getLevelEmbeddingsCount() > 0) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, field + ".level_embeddings", "this model takes no level_embeddings");
        }
        if (message.getLevelEmbeddingsCount() != levels) {
            throw invalid(field + ".level_embeddings", "slot " + number + " must have " + levels + " level_embeddings, not "
                    + message.getLevelEmbeddingsCount());
        }
        Tensor embeddings = read(number, message.getEmbeddings(), field + ".embeddings");
        List<Tensor> further = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            further.add(read(number, message.getLevelEmbeddings(level), field + ".level_embeddings[" + level + "]"));
        }
        if (arrived.get(number)) {
            throw invalid(field, "embeddings of slot " + number + " were sent twice");
        }
        arrived.set(number);
        taker.accept(number, new SlotTensors(embeddings, further));
    }

    private Tensor read(int slot, io.tesserae.tensor.v1.Tensor message, String field) {
        Tensor embeddings;
        try {
            embeddings = WireTensors.fromMessage(message);
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw invalid(field, "embeddings of slot " + slot + " are malformed: " + malformed.getMessage());
        }
        if (embeddings.kind() != ElementKind.FLOAT32 && embeddings.kind() != ElementKind.FLOAT16 && embeddings.kind() != ElementKind.BFLOAT16) {
            throw invalid(field + ".element_type", "embeddings must be float32, float16 or bfloat16, not " + embeddings.kind());
        }
        long[] wanted = {tokens[slot], hidden};
        if (!Arrays.equals(embeddings.shape(), wanted)) {
            throw invalid(field + ".shape", "embeddings of slot " + slot + " must have shape " + Arrays.toString(wanted) + ", not "
                    + Arrays.toString(embeddings.shape()));
        }
        return embeddings;
    }

    /** No more can come: throws {@link Failure} naming a slot that has none. */
    void requireAll() {
        int missing = arrived.nextClearBit(0);
        if (missing < tokens.length) {
            throw invalid("embeddings[" + missing + "]", "the stream ended without the embeddings of slot " + missing);
        }
    }

    private static Failure invalid(String field, String message) {
        return Failure.inField(Reason.INVALID_FIELD, field, message);
    }
}
