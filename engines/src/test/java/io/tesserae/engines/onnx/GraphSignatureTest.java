package io.tesserae.engines.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engines.EngineException;
import io.tesserae.engines.TestGraphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphSignatureTest {

    private static final Path MODEL = Path.of(System.getProperty("tesserae.root", "..")).resolve("models/tesserae-135m");

    @ParameterizedTest
    @ValueSource(strings = {"sums", "kinds", "division", "reshape", "long", "cache"})
    void saysWhatOnnxRuntimeSays(String name) {
        assertAgrees(TestGraphs.path(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vision/model.onnx", "projector/model.onnx", "llm/embed_tokens.onnx", "llm/decoder.onnx"})
    void saysWhatOnnxRuntimeSaysOfARealModel(String path) {
        assertAgrees(MODEL.resolve(path));
    }

    private static void assertAgrees(Path graph) {
        GraphSignature signature = GraphSignature.of(graph);
        try (OnnxSession session = OnnxSession.open(graph, OnnxOptions.defaults().withLevel(OnnxOptions.Level.NONE).withPrepacking(false))) {
            assertEquals(List.copyOf(session.inputs().values()), List.copyOf(signature.inputs().values()));
            assertEquals(List.copyOf(session.outputs().values()), List.copyOf(signature.outputs().values()));
        }
    }

    @Test
    void namesTheFilesThatHoldWeights() {
        assertEquals(Set.of(), GraphSignature.of(TestGraphs.path("long")).files());
        assertEquals(Set.of("tables.data"), GraphSignature.of(MODEL.resolve("projector/model.onnx")).files());
        assertTrue(GraphSignature.of(MODEL.resolve("llm/decoder.onnx")).files().contains("decoder.onnx.data"));
    }

    @Test
    void whatIsNoGraphIsNamed(@TempDir Path folder) throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.onnx"), "no graph at all");
        for (Path file : List.of(broken, folder.resolve("absent.onnx"), Files.createFile(folder.resolve("empty.onnx")), TestGraphs.path("double"))) {
            String message = assertThrows(EngineException.class, () -> GraphSignature.of(file)).getMessage();
            assertTrue(message.contains(file.getFileName().toString()), message);
        }
    }
}
