package io.tesserae.bench.doubles;

/**
 * How long each double waits, in microseconds.
 *
 * @param encode  a tile in the eye; a replica takes one tile after the other
 * @param project a tile in the nerve, which takes any number at once
 * @param slot    reading one image slot of a prompt, in the prompt's order and once its embeddings are there
 * @param text    reading the text, once the last slot is read
 * @param token   from one token of an answer to the next
 */
public record Latencies(long encode, long project, long slot, long text, long token) {

    /** Nothing takes any time. */
    public static final Latencies NONE = new Latencies(0, 0, 0, 0, 0);

    /**
     * About what a 256-million-parameter SmolVLM takes on two processors: a 512-pixel tile 500 ms in the eye, its 64 tokens 75 ms in the
     * brain, and 10 ms a token.
     */
    public static final Latencies TWO_CORES = new Latencies(500_000, 5_000, 75_000, 30_000, 10_000);
}
