package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TritonRepositoryWriterTest {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final TritonRepositoryWriter writer = new TritonRepositoryWriter(new PrintStream(said, true, StandardCharsets.UTF_8));

    @Test
    void writesAndSaysWhatItWrote(@TempDir Path out) throws IOException {
        String model = Path.of(System.getProperty("tesserae.root")).resolve("models/tesserae-135m").toString();
        assertEquals(0, writer.run(List.of(model, "--backend", "python", "--max-batch", "3", "--queue-delay-ms", "1", "--gpu", "--instances", "2", "--max-queue",
                "5", "--rows", "4", "--context", "512", "--threads", "1", "--half-embeds", out.toString())));
        assertTrue(said.toString(StandardCharsets.UTF_8).contains(out.resolve("tesserae-135m-llm").toString()));
        assertTrue(Files.readString(out.resolve("tesserae-135m-vision/config.pbtxt")).contains("max_batch_size: 3"));
    }

    @Test
    void aWrongCallIsNamed(@TempDir Path empty) {
        assertWrong("MODEL and OUT", "one");
        assertWrong("--backend takes onnxruntime or python, not 'tensorrt'", "a", "b", "--backend", "tensorrt");
        assertWrong("--rows takes a number, not 'many'", "a", "b", "--rows", "many");
        assertWrong("--rows takes a value", "a", "b", "--rows");
        assertWrong("does not know '--depth'", "a", "b", "--depth");
        IOException noModel = assertThrows(IOException.class, () -> writer.run(List.of(empty.toString(), empty.resolve("out").toString())));
        assertTrue(noModel.getMessage().contains("tesserae.json"), noModel.getMessage());
    }

    private void assertWrong(String named, String... args) {
        String message = assertThrows(IllegalArgumentException.class, () -> writer.run(List.of(args))).getMessage();
        assertTrue(message.contains(named), message);
    }
}
