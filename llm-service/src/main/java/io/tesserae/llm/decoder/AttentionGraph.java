package io.tesserae.llm.decoder;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A decoder's graph that also gives its attention. ONNX Runtime's {@code GroupQueryAttention} can write its weights after the softmax into a fourth output;
 * nothing else of the graph changes, and its weights are read from the same files. Numbers of fields are those of onnx.proto.
 *
 * @param graph  a ModelProto
 * @param heads  of every layer that gives its attention
 * @param layers layers that the graph has
 */
record AttentionGraph(byte[] graph, int heads, int layers) {

    private static final String OPERATOR = "GroupQueryAttention";
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_OUTPUT = 12;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_OPERATOR = 4;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int ATTRIBUTE_NAME = 1;
    private static final int ATTRIBUTE_INTEGER = 3;
    private static final int ATTRIBUTE_TYPE = 20;
    private static final int TYPE_INTEGER = 2;
    private static final int VALUE_NAME = 1;
    private static final int VALUE_TYPE = 2;
    private static final int TENSOR_TYPE = 1;
    private static final int ELEMENT_TYPE = 1;
    private static final int FLOAT = 1;
    /** Outputs of the operator before the one for weights: attended values, keys, values. */
    private static final int OUTPUTS_BEFORE = 3;
    /** {@code qk_output}: write weights after the softmax. */
    private static final int AFTER_SOFTMAX = 2;

    /** Name of the output that gives a layer's attention. */
    static String output(int layer) {
        return "attention." + layer;
    }

    /**
     * The graph with outputs for these layers; for all where {@code wanted} is empty.
     *
     * @throws UnsupportedOperationException where it is not made of the one operator that can tell
     */
    static AttentionGraph of(byte[] model, Set<Integer> wanted) {
        UnknownFieldSet whole = parse(ByteString.copyFrom(model));
        UnknownFieldSet graph = parse(only(whole, MODEL_GRAPH));
        List<ByteString> nodes = new ArrayList<>();
        Set<Integer> told = new TreeSet<>();
        int layers = 0;
        int heads = 0;
        for (ByteString node : graph.getField(GRAPH_NODE).getLengthDelimitedList()) {
            UnknownFieldSet fields = parse(node);
            if (!only(fields, NODE_OPERATOR).toStringUtf8().equals(OPERATOR)) {
                nodes.add(node);
                continue;
            }
            heads = Math.max(heads, integer(fields, "num_heads"));
            nodes.add(wanted.isEmpty() || wanted.contains(layers) ? telling(fields, layers).toByteString() : node);
            if (wanted.isEmpty() || wanted.contains(layers)) {
                told.add(layers);
            }
            layers++;
        }
        if (layers == 0 || heads == 0) {
            throw new UnsupportedOperationException("the decoder's graph has no " + OPERATOR);
        }
        Field.Builder outputs = Field.newBuilder(graph.getField(GRAPH_OUTPUT));
        told.forEach(layer -> outputs.addLengthDelimited(value(output(layer)).toByteString()));
        Field.Builder replaced = Field.newBuilder();
        nodes.forEach(replaced::addLengthDelimited);
        UnknownFieldSet changed = graph.toBuilder().clearField(GRAPH_NODE).clearField(GRAPH_OUTPUT)
                .addField(GRAPH_NODE, replaced.build()).addField(GRAPH_OUTPUT, outputs.build()).build();
        return new AttentionGraph(whole.toBuilder().clearField(MODEL_GRAPH)
                .addField(MODEL_GRAPH, Field.newBuilder().addLengthDelimited(changed.toByteString()).build()).build().toByteArray(), heads, layers);
    }

    private static UnknownFieldSet telling(UnknownFieldSet node, int layer) {
        Field.Builder outputs = Field.newBuilder(node.getField(NODE_OUTPUT));
        for (int missing = node.getField(NODE_OUTPUT).getLengthDelimitedList().size(); missing < OUTPUTS_BEFORE; missing++) {
            outputs.addLengthDelimited(ByteString.EMPTY);
        }
        outputs.addLengthDelimited(ByteString.copyFromUtf8(output(layer)));
        UnknownFieldSet attribute = UnknownFieldSet.newBuilder()
                .addField(ATTRIBUTE_NAME, text("qk_output"))
                .addField(ATTRIBUTE_INTEGER, number(AFTER_SOFTMAX))
                .addField(ATTRIBUTE_TYPE, number(TYPE_INTEGER)).build();
        return node.toBuilder().clearField(NODE_OUTPUT).addField(NODE_OUTPUT, outputs.build())
                .mergeField(NODE_ATTRIBUTE, Field.newBuilder().addLengthDelimited(attribute.toByteString()).build()).build();
    }

    /** A float tensor whose shape is left to the runtime. */
    private static UnknownFieldSet value(String name) {
        UnknownFieldSet tensor = UnknownFieldSet.newBuilder().addField(ELEMENT_TYPE, number(FLOAT)).build();
        UnknownFieldSet type = UnknownFieldSet.newBuilder()
                .addField(TENSOR_TYPE, Field.newBuilder().addLengthDelimited(tensor.toByteString()).build()).build();
        return UnknownFieldSet.newBuilder().addField(VALUE_NAME, text(name))
                .addField(VALUE_TYPE, Field.newBuilder().addLengthDelimited(type.toByteString()).build()).build();
    }

    private static int integer(UnknownFieldSet node, String name) {
        for (ByteString attribute : node.getField(NODE_ATTRIBUTE).getLengthDelimitedList()) {
            UnknownFieldSet fields = parse(attribute);
            if (only(fields, ATTRIBUTE_NAME).toStringUtf8().equals(name)) {
                return fields.getField(ATTRIBUTE_INTEGER).getVarintList().get(0).intValue();
            }
        }
        return 0;
    }

    private static Field text(String text) {
        return Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(text)).build();
    }

    private static Field number(long number) {
        return Field.newBuilder().addVarint(number).build();
    }

    private static ByteString only(UnknownFieldSet fields, int number) {
        List<ByteString> found = fields.getField(number).getLengthDelimitedList();
        return found.isEmpty() ? ByteString.EMPTY : found.get(found.size() - 1);
    }

    private static UnknownFieldSet parse(ByteString bytes) {
        try {
            return UnknownFieldSet.parseFrom(bytes);
        } catch (InvalidProtocolBufferException malformed) {
            throw new UnsupportedOperationException("the decoder's graph cannot be read: " + malformed.getMessage(), malformed);
        }
    }
}
