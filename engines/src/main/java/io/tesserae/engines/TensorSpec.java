package io.tesserae.engines;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a graph says of one of its inputs or outputs.
 *
 * @param shape extents, outermost first; {@link #ANY} where the graph leaves an extent open
 */
public record TensorSpec(String name, ElementKind kind, long[] shape) {

    /** An extent that the graph leaves open. */
    public static final long ANY = -1;

    public TensorSpec {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    public int rank() {
        return shape.length;
    }

    /** Extent of one axis, or {@link #ANY}. */
    public long extent(int axis) {
        return shape[axis];
    }

    /** The spec without its outermost (batch) axis: what one row looks like. */
    public TensorSpec ofRow() {
        if (shape.length == 0) {
            throw new EngineException("'" + name + "' is a scalar: it has no batch axis");
        }
        return new TensorSpec(name, kind, Arrays.copyOfRange(shape, 1, shape.length));
    }

    /** Why that tensor does not fit, in words for a caller; empty where it does. */
    public Optional<String> mismatch(Tensor tensor) {
        if (tensor.kind() != kind) {
            return Optional.of("is " + tensor.kind() + ", must be " + kind);
        }
        return shapeMismatch(tensor.shape());
    }

    /** Why a tensor of that shape does not fit, in words for a caller; empty where it does. */
    public Optional<String> shapeMismatch(long[] actual) {
        boolean fits = actual.length == shape.length;
        for (int axis = 0; fits && axis < shape.length; axis++) {
            fits = shape[axis] == ANY || shape[axis] == actual[axis];
        }
        return fits ? Optional.empty() : Optional.of("has shape " + Arrays.toString(actual) + ", must be " + shapeInWords());
    }

    private String shapeInWords() {
        return Arrays.toString(shape).replace("-1", "any");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorSpec spec && name.equals(spec.name) && kind == spec.kind && Arrays.equals(shape, spec.shape);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return name + " " + kind + shapeInWords();
    }
}
