package io.tesserae.llm.text;

import java.util.List;

/**
 * A prompt in token ids.
 *
 * @param ids   ids in order; the image token's own where embeddings stand
 * @param slots runs of image tokens, in the order of the prompt
 */
public record Prompt(long[] ids, List<Slot> slots) {

    /**
     * A run of image tokens.
     *
     * @param number      number that its embeddings come under
     * @param start       index of its first token in the prompt
     * @param tokens      tokens in the run
     * @param columns     columns that the tokens are laid out in, row by row; 0 where they have no layout
     * @param contentHash what the embeddings follow from, 32 bytes; empty where they are not cacheable
     */
    public record Slot(int number, int start, int tokens, int columns, byte[] contentHash) {

        /** A run without a layout. */
        public Slot(int number, int start, int tokens, byte[] contentHash) {
            this(number, start, tokens, 0, contentHash);
        }

        public int end() {
            return start + tokens;
        }
    }

    /** Tokens that stand in slots. */
    public int imageTokens() {
        return slots.stream().mapToInt(Slot::tokens).sum();
    }
}
