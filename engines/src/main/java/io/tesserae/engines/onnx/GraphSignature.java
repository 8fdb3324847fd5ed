package io.tesserae.engines.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.TensorSpec;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an ONNX file says of itself, read without loading it: weights are passed over. The numbers are those of {@code onnx.proto}, which may only gain more.
 *
 * @param inputs  in their order, without those that are weights
 * @param outputs in their order
 * @param files   names of the files beside it that hold its weights
 */
public record GraphSignature(Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs, Set<String> files) {

    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int GRAPH_INPUT = 11;
    private static final int GRAPH_OUTPUT = 12;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_EXTERNAL = 13;

    /** Reads one; throws {@link EngineException} that says why it cannot be. */
    public static GraphSignature of(Path graph) {
        GraphSignature signature = new GraphSignature(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashSet<>());
        try (InputStream file = new BufferedInputStream(Files.newInputStream(graph))) {
            CodedInputStream coded = CodedInputStream.newInstance(file);
            coded.setSizeLimit(Integer.MAX_VALUE);
            fields(coded, field -> {
                if (field != MODEL_GRAPH) {
                    return false;
                }
                message(coded, () -> signature.graph(coded));
                return true;
            });
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new EngineException(graph + " cannot be read as an ONNX graph: " + unreadable.getMessage(), unreadable);
        }
        if (signature.outputs.isEmpty()) {
            throw new EngineException(graph + " is no ONNX graph: it has no outputs");
        }
        return signature;
    }

    private interface Body {
        void read() throws IOException;
    }

    private interface Field {
        /** Whether that field was read. */
        boolean read(int number) throws IOException;
    }

    private static void message(CodedInputStream coded, Body body) throws IOException {
        int outer = coded.pushLimit(coded.readRawVarint32());
        body.read();
        coded.popLimit(outer);
    }

    private static void fields(CodedInputStream coded, Field known) throws IOException {
        for (int tag = coded.readTag(); tag != 0; tag = coded.readTag()) {
            if (!known.read(WireFormat.getTagFieldNumber(tag))) {
                coded.skipField(tag);
            }
        }
    }

    private void graph(CodedInputStream coded) throws IOException {
        Set<String> weights = new LinkedHashSet<>();
        fields(coded, field -> {
            switch (field) {
                case GRAPH_INITIALIZER -> message(coded, () -> weights.add(weight(coded)));
                case GRAPH_INPUT -> message(coded, () -> put(inputs, value(coded)));
                case GRAPH_OUTPUT -> message(coded, () -> put(outputs, value(coded)));
                default -> {
                    return false;
                }
            }
            return true;
        });
        // Old graphs list their weights among the inputs, too.
        inputs.keySet().removeAll(weights);
    }

    private static void put(Map<String, TensorSpec> specs, TensorSpec spec) {
        specs.put(spec.name(), spec);
    }

    /** A weight's name; the file that holds it is added to {@link #files}. */
    private String weight(CodedInputStream coded) throws IOException {
        String[] name = {""};
        fields(coded, field -> {
            switch (field) {
                case TENSOR_NAME -> name[0] = coded.readString();
                case TENSOR_EXTERNAL -> message(coded, () -> external(coded));
                default -> {
                    return false;
                }
            }
            return true;
        });
        return name[0];
    }

    private void external(CodedInputStream coded) throws IOException {
        String[] entry = {"", ""};
        fields(coded, field -> {
            if (field > 2) {
                return false;
            }
            entry[field - 1] = coded.readString();
            return true;
        });
        if (entry[0].equals("location")) {
            files.add(entry[1]);
        }
    }

    /** ValueInfoProto: name, then TypeProto's tensor with its element type and its shape. */
    private static TensorSpec value(CodedInputStream coded) throws IOException {
        String[] name = {""};
        int[] type = {0};
        List<Long> shape = new ArrayList<>();
        fields(coded, field -> {
            if (field == 1) {
                name[0] = coded.readString();
            } else if (field == 2) {
                nested(coded, 1, () -> fields(coded, part -> {
                    if (part == 1) {
                        type[0] = coded.readEnum();
                    } else if (part == 2) {
                        message(coded, () -> nestedEach(coded, 1, () -> shape.add(extent(coded))));
                    } else {
                        return false;
                    }
                    return true;
                }));
            } else {
                return false;
            }
            return true;
        });
        return new TensorSpec(name[0], kind(name[0], type[0]), shape.stream().mapToLong(Long::longValue).toArray());
    }

    private static void nested(CodedInputStream coded, int wanted, Body body) throws IOException {
        message(coded, () -> nestedEach(coded, wanted, body));
    }

    private static void nestedEach(CodedInputStream coded, int wanted, Body body) throws IOException {
        fields(coded, field -> {
            if (field != wanted) {
                return false;
            }
            message(coded, body);
            return true;
        });
    }

    /** Dimension: a number, or a name for what is left open. */
    private static long extent(CodedInputStream coded) throws IOException {
        long[] extent = {TensorSpec.ANY};
        fields(coded, field -> {
            if (field != 1) {
                return false;
            }
            extent[0] = coded.readInt64();
            return true;
        });
        return extent[0];
    }

    private static ElementKind kind(String name, int type) {
        return switch (type) {
            case 1 -> ElementKind.FLOAT32;
            case 2 -> ElementKind.UINT8;
            case 6 -> ElementKind.INT32;
            case 7 -> ElementKind.INT64;
            case 9 -> ElementKind.BOOL;
            case 10 -> ElementKind.FLOAT16;
            case 16 -> ElementKind.BFLOAT16;
            default -> throw new IllegalArgumentException("'" + name + "' has elements of ONNX type " + type + ", which is not supported");
        };
    }
}
