package io.tesserae.llm.remote.vllm;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Float16;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads a saved matrix as far as a double needs it. That {@code torch.load} itself reads it is shown with the real one. */
final class SavedTensor {

    private static final Pattern NUMBER = Pattern.compile("I(\\d+)\\n");

    private SavedTensor() {
    }

    static Tensor read(byte[] file) throws IOException {
        Map<String, byte[]> entries = new HashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        String pickle = new String(entries.get("archive/data.pkl"), StandardCharsets.ISO_8859_1);
        long[] numbers = NUMBER.matcher(pickle).results().map(MatchResult::group).mapToLong(found -> Long.parseLong(found.strip().substring(1))).toArray();
        ElementKind kind = pickle.contains("BFloat16Storage") ? ElementKind.BFLOAT16 : pickle.contains("HalfStorage") ? ElementKind.FLOAT16 : ElementKind.FLOAT32;
        return Float16.as(ElementKind.FLOAT32, new Tensor(kind, new long[] {numbers[2], numbers[3]}, ByteBuffer.wrap(entries.get("archive/data/0"))));
    }
}
