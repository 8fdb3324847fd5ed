package io.tesserae.llm.sampling;

/**
 * Random numbers keyed by seed and position: the number at a position does not depend on those drawn before, so an answer that is continued
 * elsewhere, or computed beside others, stays the same answer. Two rounds of SplitMix64's finaliser (Steele, Lea, Flood 2014).
 */
final class RandomStream {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private RandomStream() {
    }

    /** A number in [0, 1) with 53 random bits. */
    static double at(long seed, long position) {
        long bits = mix(mix(seed + GOLDEN) + GOLDEN * (position + 1));
        return (bits >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
