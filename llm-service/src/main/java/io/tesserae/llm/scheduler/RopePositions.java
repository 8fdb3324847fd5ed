package io.tesserae.llm.scheduler;

import io.tesserae.llm.text.Prompt;
import java.nio.LongBuffer;
import java.util.List;

/**
 * Positions with three axes (M-RoPE; {@code get_rope_index} of transformers' Qwen2-VL). A text's tokens have the same number on all
 * axes. The tokens of a picture share one time; their rows and columns count from there, and the text after it goes on behind the
 * longer side, so that a picture takes fewer positions than tokens.
 */
final class RopePositions {

    private static final int TIME = 0;
    private static final int ROW = 1;
    private static final int COLUMN = 2;

    private RopePositions() {
    }

    /**
     * Where a chunk's tokens stand.
     *
     * @param slots     of the prompt, in its order, each with its grid
     * @param positions [3, count], filled here
     * @param from      index of the chunk's first token in the prompt
     */
    static void fill(List<Prompt.Slot> slots, LongBuffer positions, int count, int from) {
        int saved = 0;
        int next = from;
        for (Prompt.Slot slot : slots) {
            next = text(positions, count, from, next, Math.min(slot.start(), from + count), saved);
            int time = slot.start() - saved;
            for (int end = Math.min(slot.end(), from + count); next < end; next++) {
                int token = next - slot.start();
                positions.put(TIME * count + next - from, time);
                positions.put(ROW * count + next - from, time + token / slot.columns());
                positions.put(COLUMN * count + next - from, time + token % slot.columns());
            }
            saved += saved(slot);
        }
        text(positions, count, from, next, from + count, saved);
    }

    private static int text(LongBuffer positions, int count, int from, int next, int end, int saved) {
        int token = next;
        for (; token < end; token++) {
            for (int axis = TIME; axis <= COLUMN; axis++) {
                positions.put(axis * count + token - from, token - saved);
            }
        }
        return token;
    }

    /** By how much the position of a token after the whole prompt is less than its index; 0 where slots have no grid. */
    static int saved(List<Prompt.Slot> slots) {
        return slots.stream().mapToInt(RopePositions::saved).sum();
    }

    private static int saved(Prompt.Slot slot) {
        return slot.columns() == 0 ? 0 : slot.tokens() - Math.max(slot.columns(), slot.tokens() / slot.columns());
    }
}
