package io.tesserae.llm.scheduler;

/**
 * How long a prompt's chunk may be beside running answers: so long that a step with it takes at most {@code stretch} times what a step without it takes. Learns both
 * durations from the steps themselves, since they follow from the model, the machine, the batch and the context.
 */
final class Pace {

    /** Shorter chunks take hardly less time than this one, and a prompt would never end. */
    static final int LEAST = 16;
    private static final double WEIGHT = 0.25;

    private final int most;
    private final double stretch;
    /** Nanoseconds of a step of decoding alone, and of a prompt's token in a chunk; 0 while not known. */
    private double decode;
    private double token;

    /** @param most longest chunk */
    Pace(int most, double stretch) {
        this.most = most;
        this.stretch = stretch;
    }

    /** Running answers had one token each. */
    void decoded(long nanos) {
        decode = average(decode, nanos);
    }

    /** A chunk was computed. */
    void prefilled(int tokens, long nanos) {
        // What few tokens take says nothing about many: it is mostly that of reading the weights.
        if (tokens >= LEAST) {
            token = average(token, (double) nanos / tokens);
        }
    }

    private static double average(double known, double fresh) {
        return known == 0 ? fresh : known + WEIGHT * (fresh - known);
    }

    /** Tokens of the next chunk beside running answers. */
    int chunk() {
        if (decode == 0 || token == 0) {
            return Math.min(most, 2 * LEAST);
        }
        return (int) Math.max(Math.min(LEAST, most), Math.min(most, (stretch - 1) * decode / token));
    }
}
