package io.tesserae.families;

import java.nio.FloatBuffer;
import java.util.List;

/** How a run of image tokens is made of the embeddings of one or several tiles. Thread-safe. */
@FunctionalInterface
public interface Weaving {

    /** The one tile's embeddings as they are: nothing needs to be copied. */
    Weaving WHOLE = (tiles, width, run) -> run.put(tiles.get(0).duplicate());

    /**
     * Writes the run.
     *
     * @param tiles embeddings of the slot's tiles, in the slot's order, each [token, width] row after row from position 0; only read,
     *              and by absolute positions alone
     * @param width of an embedding
     * @param run   [token, width] of the slot, row after row, filled from position 0 to the end
     */
    void weave(List<FloatBuffer> tiles, int width, FloatBuffer run);
}
