package io.tesserae.llm.remote.vllm;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Float16;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads a saved matrix as far as a double needs it. That {@code torch.load} itself reads it is shown with the real one. */
final class SavedTensor {

    private SavedTensor() {
    }

    static Tensor read(byte[] file) throws IOException {
        Map<String, byte[]> entries = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        byte[] bytes = entries.get("archive/data.pkl");
        String pickle = new String(bytes, StandardCharsets.ISO_8859_1);
        // Behind the storage stand its offset, then rows and columns, each a J and four bytes.
        ByteBuffer shape = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(pickle.indexOf("tQJ") + 8);
        ElementKind kind = pickle.contains("BFloat16Storage") ? ElementKind.BFLOAT16 : pickle.contains("HalfStorage") ? ElementKind.FLOAT16 : ElementKind.FLOAT32;
        return Float16.as(ElementKind.FLOAT32, new Tensor(kind, new long[] {shape.getInt(shape.position()), shape.getInt(shape.position() + 5)}, ByteBuffer.wrap(entries.get("archive/data/0"))));
    }
}
