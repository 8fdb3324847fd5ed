package io.tesserae.llm.scheduler;

import io.tesserae.llm.text.Prompt;
import java.util.Arrays;
import java.util.List;

/**
 * How much of two sequences is the same, position by position: what may be taken from one's row of the KV cache for the other.
 *
 * <p>That a row is never taken for another picture holds by construction. Nothing stands for a prefix, such as a hash of it: tokens are compared with
 * tokens, and a picture's tokens, which have no ids of their own, by the whole 256-bit key of its slot, its length, its layout and the place that it begins
 * at. A slot without a key is like no other. Since keys and values at a position follow from what stands up to it alone, and positions with axes from the
 * slots before it, equal prefixes have equal keys and values.
 */
final class SharedPrefix {

    private SharedPrefix() {
    }

    /**
     * Tokens that both begin with.
     *
     * @param length       tokens of {@code tokens} that count
     * @param slots        of {@code tokens}, in order
     * @param wholePictures whether a picture is shared whole or not at all, since its tokens see each other
     */
    static int length(long[] tokens, int length, List<Prompt.Slot> slots, long[] others, int otherLength, List<Prompt.Slot> otherSlots,
            boolean wholePictures) {
        int most = Math.min(length, otherLength);
        int at = 0;
        for (int slot = 0; ; slot++) {
            int text = Math.min(start(slots, slot), start(otherSlots, slot));
            int end = Math.min(text, most);
            int differs = Arrays.mismatch(tokens, at, end, others, at, end);
            if (differs >= 0) {
                return at + differs;
            }
            at = end;
            if (at == most || !same(slots, otherSlots, slot)) {
                return at;
            }
            int pictureEnd = slots.get(slot).end();
            if (pictureEnd > most) {
                return wholePictures ? at : most;
            }
            at = pictureEnd;
        }
    }

    private static int start(List<Prompt.Slot> slots, int slot) {
        return slot < slots.size() ? slots.get(slot).start() : Integer.MAX_VALUE;
    }

    private static boolean same(List<Prompt.Slot> slots, List<Prompt.Slot> others, int slot) {
        if (slot >= slots.size() || slot >= others.size()) {
            return false;
        }
        Prompt.Slot one = slots.get(slot);
        Prompt.Slot other = others.get(slot);
        return one.contentHash().length > 0 && Arrays.equals(one.contentHash(), other.contentHash())
                && one.start() == other.start() && one.tokens() == other.tokens() && one.columns() == other.columns();
    }
}
