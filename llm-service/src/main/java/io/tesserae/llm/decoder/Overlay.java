package io.tesserae.llm.decoder;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** What stands in a chunk of a prompt beside its tokens: pictures. */
@FunctionalInterface
public interface Overlay {

    /**
     * Puts embeddings in place.
     *
     * @param chunk the chunk's embeddings, [count, hidden], of which those of image tokens are to be overwritten
     * @param from  index of the chunk's first token in the prompt
     */
    void embed(FloatBuffer chunk, int from);

    /**
     * Puts further levels of embeddings in place. Asked only of brains that take them.
     *
     * @param chunk [level, count, hidden], zeros
     * @param count tokens of the chunk
     * @param from  index of the chunk's first token in the prompt
     * @return whether anything was put
     */
    default boolean deepen(FloatBuffer chunk, int count, int from) {
        return false;
    }

    /**
     * Says where tokens stand. Asked only of brains whose positions have axes.
     *
     * @param positions [axis, count]: to be filled with each token's time, row and column
     * @param count     tokens of the chunk
     * @param from      index of the chunk's first token in the prompt
     */
    default void place(LongBuffer positions, int count, int from) {
        for (int i = 0; i < positions.limit(); i++) {
            positions.put(i, from + i % count);
        }
    }

    /**
     * Says which tokens see beyond themselves. Asked only of brains that have such tokens.
     *
     * @param until [count], zeros: for a token that sees ahead the position up to which it does so, exclusive
     * @param from  index of the chunk's first token in the prompt
     */
    default void lookAhead(LongBuffer until, int from) {
        // Each token sees what came before it.
    }
}
