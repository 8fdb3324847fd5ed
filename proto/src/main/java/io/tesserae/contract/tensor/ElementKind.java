package io.tesserae.contract.tensor;

import io.tesserae.tensor.v1.ElementType;

/** Type of a tensor's elements, with its size and its name on the wire. */
public enum ElementKind {
    FLOAT32(4, ElementType.ELEMENT_TYPE_FLOAT32),
    FLOAT16(2, ElementType.ELEMENT_TYPE_FLOAT16),
    BFLOAT16(2, ElementType.ELEMENT_TYPE_BFLOAT16),
    INT64(8, ElementType.ELEMENT_TYPE_INT64),
    INT32(4, ElementType.ELEMENT_TYPE_INT32),
    UINT8(1, ElementType.ELEMENT_TYPE_UINT8),
    BOOL(1, ElementType.ELEMENT_TYPE_BOOL);

    private final int bytes;
    private final ElementType wire;

    ElementKind(int bytes, ElementType wire) {
        this.bytes = bytes;
        this.wire = wire;
    }

    /** Size of one element. */
    public int bytes() {
        return bytes;
    }

    /** Its name on the wire. */
    public ElementType wire() {
        return wire;
    }

    /** The kind of a name on the wire. Throws {@link IllegalArgumentException} for one that says nothing. */
    public static ElementKind of(ElementType type) {
        for (ElementKind kind : values()) {
            if (kind.wire == type) {
                return kind;
            }
        }
        throw new IllegalArgumentException("element_type must be said, not " + type);
    }
}
