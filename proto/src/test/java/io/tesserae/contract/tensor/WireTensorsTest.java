package io.tesserae.contract.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tesserae.tensor.v1.ElementType;
import io.tesserae.tensor.v1.NamedTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireTensorsTest {

    @ParameterizedTest
    @EnumSource(ElementKind.class)
    void everyKindSurvivesTheWire(ElementKind kind) throws InvalidProtocolBufferException {
        ByteBuffer data = ByteBuffer.allocateDirect(6 * kind.bytes());
        for (int i = 0; i < data.capacity(); i++) {
            data.put(i, (byte) (i * 37));
        }
        Tensor tensor = new Tensor(kind, new long[] {2, 3}, data);
        byte[] wire = WireTensors.toMessage(tensor).toByteArray();
        assertEquals(tensor, WireTensors.fromMessage(io.tesserae.tensor.v1.Tensor.parseFrom(wire)));
    }

    @Test
    void nothingIsCopied() {
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2}, 2);
        Tensor received = WireTensors.fromMessage(WireTensors.toMessage(tensor));
        tensor.floats().put(0, 5);
        assertEquals(5f, received.floats().get(0));
    }

    @Test
    void bytesInSeveralChunksAreOneTensor() {
        ByteString bytes = WireTensors.toMessage(Tensor.ofFloats(new float[400], 400)).getData();
        io.tesserae.tensor.v1.Tensor message = io.tesserae.tensor.v1.Tensor.newBuilder()
                .setElementType(ElementType.ELEMENT_TYPE_FLOAT32).addShape(2).addShape(400).setData(bytes.concat(bytes)).build();
        assertEquals(Tensor.ofFloats(new float[800], 2, 400), WireTensors.fromMessage(message));
    }

    @Test
    void badMessagesSayWhatDoesNotFit() {
        io.tesserae.tensor.v1.Tensor good = WireTensors.toMessage(Tensor.ofFloats(new float[] {1, 2}, 2));
        assertRefused(good.toBuilder().clearElementType().build(), "element_type");
        assertRefused(good.toBuilder().setElementTypeValue(99).build(), "element_type");
        assertRefused(good.toBuilder().setShape(0, 3).build(), "takes 12 bytes, not 8");
        assertRefused(good.toBuilder().setShape(0, -2).build(), "negative extent");
        assertRefused(good.toBuilder().addShape(Long.MAX_VALUE).build(), "too large");
        assertRefused(good.toBuilder().clearData().build(), "takes 8 bytes, not 0");
    }

    @Test
    void namedTensorsKeepTheirOrder() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : List.of("zebra", "ant", "mole")) {
            tensors.put(name, Tensor.ofLongs(new long[] {name.length()}));
        }
        Map<String, Tensor> received = WireTensors.fromMessages(WireTensors.toMessages(tensors));
        assertEquals(new ArrayList<>(tensors.entrySet()), new ArrayList<>(received.entrySet()));
    }

    @Test
    void namesAreGivenOnce() {
        NamedTensor named = WireTensors.toMessages(Map.of("image_features", Tensor.ofLongs(new long[] {1}))).get(0);
        assertThrows(IllegalArgumentException.class, () -> WireTensors.fromMessages(List.of(named, named)));
        assertThrows(IllegalArgumentException.class, () -> WireTensors.fromMessages(List.of(named.toBuilder().clearName().build())));
    }

    private static void assertRefused(io.tesserae.tensor.v1.Tensor message, String because) {
        String said = assertThrows(IllegalArgumentException.class, () -> WireTensors.fromMessage(message)).getMessage();
        assertTrue(said.contains(because), said);
    }
}
