package io.tesserae.bench.doubles;

/** How early a first token can be, where nothing but the doubles takes time. */
public final class CriticalPath {

    private CriticalPath() {
    }

    /**
     * Microseconds until the first token about one picture. Tiles are given to the replicas in turn, each is encoded and projected while the
     * next is being encoded, and each slot is read once it and all before it are there.
     */
    public static long firstToken(Latencies latencies, int tiles, int replicas) {
        long read = 0;
        for (int tile = 0; tile < tiles; tile++) {
            long ready = (tile / replicas + 1) * latencies.encode() + latencies.project();
            read = Math.max(read, ready) + latencies.slot();
        }
        return read + latencies.text();
    }
}
