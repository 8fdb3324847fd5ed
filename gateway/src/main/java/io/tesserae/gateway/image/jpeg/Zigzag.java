package io.tesserae.gateway.image.jpeg;

import java.util.Arrays;

/** The order in which a block's coefficients are stored. */
final class Zigzag {

    /** Broken data can name a coefficient behind the last by up to 15; those count as the last, as libjpeg has it. */
    static final int ROOM = 64 + 16;

    /** Of each coefficient of the stored order its place in the block, row after row; [{@link #ROOM}]. */
    static final byte[] PLACES = places();

    /** Steps of 1, where coefficients are kept as they are sent. */
    static final int[] UNIT_STEPS = unitSteps();

    private Zigzag() {
    }

    /** Values in stored order with the last repeated into the room behind. */
    static int[] roomy(int[] stored) {
        int[] roomy = Arrays.copyOf(stored, ROOM);
        Arrays.fill(roomy, 64, ROOM, stored[63]);
        return roomy;
    }

    private static int[] unitSteps() {
        int[] steps = new int[ROOM];
        Arrays.fill(steps, 1);
        return steps;
    }

    private static byte[] places() {
        byte[] places = new byte[ROOM];
        Arrays.fill(places, (byte) 63);
        int k = 0;
        for (int diagonal = 0; diagonal < 15; diagonal++) {
            for (int step = 0; step <= diagonal; step++) {
                // Odd diagonals run down and to the left, even ones up and to the right.
                int row = (diagonal & 1) == 1 ? step : diagonal - step;
                int column = diagonal - row;
                if (row < 8 && column < 8) {
                    places[k++] = (byte) (8 * row + column);
                }
            }
        }
        return places;
    }
}
