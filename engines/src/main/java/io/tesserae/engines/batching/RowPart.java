package io.tesserae.engines.batching;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Float16;
import java.nio.ByteBuffer;

/**
 * One row's share of one of a graph's inputs. Its shape is known at once; its elements are written where the batch lies, when
 * the batch is made: what has to be computed for them is computed straight into place.
 */
public interface RowPart {

    ElementKind kind();

    /** Extents without the batch axis. */
    long[] shape();

    /** Writes all elements, row-major. The target is little-endian and has exactly their size remaining. */
    void writeTo(ByteBuffer target);

    /** A tensor without a batch axis as {@code kind}: converted on the way where it is of another floating-point kind. */
    static RowPart of(Tensor tensor, ElementKind kind) {
        if (!Float16.converts(tensor.kind(), kind)) {
            throw new IllegalArgumentException(tensor.kind() + " cannot be written as " + kind);
        }
        return new TensorPart(tensor, kind);
    }

    /** See {@link #of}. */
    record TensorPart(Tensor tensor, ElementKind kind) implements RowPart {

        @Override
        public long[] shape() {
            return tensor.shape();
        }

        @Override
        public void writeTo(ByteBuffer target) {
            Float16.write(tensor, kind, target);
        }
    }
}
