package io.tesserae.gateway.image.jpeg;

import java.util.Arrays;

/** How much of each coefficient has come. */
final class Progress {

    private static final byte NOTHING = -1;

    private final boolean progressive;
    /** Bits that are still to come, of each component's coefficients in zigzag order; {@link #NOTHING} where none has come. */
    private final byte[][] missing;

    Progress(JpegFrame frame) {
        progressive = frame.progressive();
        missing = new byte[frame.componentCount()][64];
        for (byte[] component : missing) {
            Arrays.fill(component, NOTHING);
        }
    }

    void add(Scan scan) {
        for (Scan.Part part : scan.parts()) {
            int first = progressive ? scan.first() : 0;
            int last = progressive ? scan.last() : 63;
            Arrays.fill(missing[part.component().index()], first, last + 1, (byte) (progressive ? scan.lowBit() : 0));
        }
    }

    /** Whether the first coefficients, up to that one, have come in full. */
    boolean isWhole(int last) {
        for (byte[] component : missing) {
            for (int k = 0; k <= last; k++) {
                if (component[k] != 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
