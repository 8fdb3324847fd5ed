package io.tesserae.engines.triton;

import inference.ModelConfigOuterClass.DataType;
import io.tesserae.contract.tensor.ElementKind;
import java.util.Optional;
import java.util.stream.Stream;

/** Element types as Triton calls them, in messages ({@code FP32}) and in configurations ({@code TYPE_FP32}). */
public final class WireTypes {

    private WireTypes() {
    }

    /** As messages and metadata call it. */
    public static String name(ElementKind kind) {
        return switch (kind) {
            case FLOAT32 -> "FP32";
            case FLOAT16 -> "FP16";
            case BFLOAT16 -> "BF16";
            case INT64 -> "INT64";
            case INT32 -> "INT32";
            case UINT8 -> "UINT8";
            case BOOL -> "BOOL";
        };
    }

    /** As configurations call it. */
    public static DataType configured(ElementKind kind) {
        return DataType.valueOf("TYPE_" + name(kind));
    }

    /** Empty for a type that we have no tensors of, such as {@code BYTES}. */
    static Optional<ElementKind> kind(String name) {
        return Stream.of(ElementKind.values()).filter(kind -> name(kind).equals(name)).findFirst();
    }
}
