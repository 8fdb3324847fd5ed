package io.tesserae.llm.scheduler;

import io.tesserae.contract.tensor.Tensor;
import io.tesserae.llm.decoder.Overlay;
import io.tesserae.llm.text.Prompt;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A prompt's pictures, as they lie over its image tokens.
 *
 * @param embeddings by number of slot
 * @param hidden     width of an embedding
 */
public record Pictures(List<Prompt.Slot> slots, AtomicReferenceArray<SlotTensors> embeddings, int hidden) implements Overlay {

    @Override
    public void embed(FloatBuffer chunk, int from) {
        int count = chunk.limit() / hidden;
        for (Prompt.Slot slot : slots) {
            if (slot.start() < from + count && slot.end() > from) {
                copy(embeddings.get(slot.number()).embeddings(), slot, chunk, 0, count, from);
            }
        }
    }

    @Override
    public boolean deepen(FloatBuffer chunk, int count, int from) {
        boolean any = false;
        for (Prompt.Slot slot : slots) {
            if (slot.start() < from + count && slot.end() > from) {
                List<Tensor> levels = embeddings.get(slot.number()).levels();
                for (int level = 0; level < levels.size(); level++) {
                    copy(levels.get(level), slot, chunk, level * count, count, from);
                }
                any = true;
            }
        }
        return any;
    }

    /** The part of a slot's tensor that stands in the chunk, whose first token has row {@code first} in {@code into}. */
    private void copy(Tensor tensor, Prompt.Slot slot, FloatBuffer into, int first, int count, int from) {
        int begin = Math.max(from, slot.start());
        int end = Math.min(from + count, slot.end());
        SlotEmbeddings.copy(tensor, (begin - slot.start()) * hidden, (end - begin) * hidden, into, (first + begin - from) * hidden);
    }

    @Override
    public void place(LongBuffer positions, int count, int from) {
        RopePositions.fill(slots, positions, count, from);
    }

    @Override
    public void lookAhead(LongBuffer until, int from) {
        for (Prompt.Slot slot : slots) {
            int end = Math.min(from + until.limit(), slot.end());
            for (int token = Math.max(from, slot.start()); token < end; token++) {
                until.put(token - from, slot.end());
            }
        }
    }
}
