package io.tesserae.gateway.sight;

import io.tesserae.contract.tensor.Tensor;
import io.tesserae.gateway.stage.EyeOutput.Embeddings;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * All that the brain reads of one picture.
 *
 * @param slots embeddings of its slots, in the order of its plan
 */
record EncodedPicture(List<Embeddings> slots) {

    /** What keeping one costs beside its numbers. */
    private static final int OVERHEAD = 1_024;

    /** The same in memory of its own: what stages send are views of messages and batches, which would be kept with them. */
    static EncodedPicture copyOf(List<Embeddings> slots) {
        return new EncodedPicture(slots.stream()
                .map(slot -> new Embeddings(copy(slot.tokens()), slot.levels().stream().map(EncodedPicture::copy).toList()))
                .toList());
    }

    private static Tensor copy(Tensor tensor) {
        ByteBuffer data = tensor.data();
        return new Tensor(tensor.kind(), tensor.shape(), ByteBuffer.allocate(data.remaining()).put(data).flip());
    }

    /** Bytes that keeping it takes. */
    long bytes() {
        long bytes = OVERHEAD;
        for (Embeddings slot : slots) {
            bytes += slot.tokens().data().remaining();
            bytes += slot.levels().stream().mapToLong(level -> level.data().remaining()).sum();
        }
        return bytes;
    }
}
