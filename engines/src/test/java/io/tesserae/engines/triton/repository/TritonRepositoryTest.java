package io.tesserae.engines.triton.repository;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.TextFormat;
import inference.ModelConfigOuterClass.DataType;
import inference.ModelConfigOuterClass.ModelConfig;
import inference.ModelConfigOuterClass.ModelInput;
import inference.ModelConfigOuterClass.ModelInstanceGroup;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.engines.triton.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TritonRepositoryTest {

    private static final ModelFolder MODEL = ModelFolder.open(Path.of(System.getProperty("tesserae.root", "..")).resolve("models/tesserae-135m"));

    private static ModelConfig config(Path repository, String model) throws IOException {
        return TextFormat.parse(Files.readString(repository.resolve(model).resolve("config.pbtxt")), ModelConfig.class);
    }

    @Test
    void everyGraphBecomesAModelOfTheOnnxRuntimeBackend(@TempDir Path out) throws IOException {
        List<String> models = TritonRepository.write(MODEL, out, RepositoryOptions.defaults());
        assertEquals(List.of("tesserae-135m-vision", "tesserae-135m-projector", "tesserae-135m-projector-linear", "tesserae-135m-projector-resampler",
                "tesserae-135m-llm"), models);
        ModelConfig eye = config(out, "tesserae-135m-vision");
        assertEquals("onnxruntime", eye.getBackend());
        assertEquals(8, eye.getMaxBatchSize());
        assertEquals(List.of(8, 4, 2), eye.getDynamicBatching().getPreferredBatchSizeList());
        assertEquals(2000, eye.getDynamicBatching().getMaxQueueDelayMicroseconds());
        assertEquals(256, eye.getDynamicBatching().getDefaultQueuePolicy().getMaxQueueSize());
        assertTrue(eye.getDynamicBatching().getDefaultQueuePolicy().getAllowTimeoutOverride());
        assertEquals(1, eye.getVersionPolicy().getLatest().getNumVersions());
        assertEquals(MODEL.manifest().revision(), eye.getParametersOrThrow(ModelCard.REVISION).getStringValue());
        assertEquals(List.of(3L, 384L, 384L), eye.getInput(0).getDimsList());
        assertEquals(MODEL.manifest().vision().outputs().size(), eye.getOutputCount());
        assertArrayEquals(Files.readAllBytes(MODEL.require("vision/model.onnx")), Files.readAllBytes(out.resolve("tesserae-135m-vision/1/model.onnx")));
        assertTrue(Files.exists(out.resolve("tesserae-135m-projector-linear/1/tables.data")), "its weights are beside it");
        assertFalse(Files.exists(out.resolve("tesserae-135m-vision/1/model.py")));
    }

    @Test
    void thePythonBackendGetsTheSameGraphsAndWhatIsAskedFor(@TempDir Path out) throws IOException {
        TritonRepository.write(MODEL, out, RepositoryOptions.defaults().withBackend(RepositoryOptions.Backend.PYTHON).withInstances(2).withMaxBatch(4)
                .withQueueDelay(Duration.ofMillis(7)).withMaxQueue(9).withThreads(3));
        ModelConfig nerve = config(out, "tesserae-135m-projector");
        assertEquals("python", nerve.getBackend());
        assertEquals(2, nerve.getInstanceGroup(0).getCount());
        assertEquals(ModelInstanceGroup.Kind.KIND_CPU, nerve.getInstanceGroup(0).getKind());
        assertEquals(List.of(4, 2), nerve.getDynamicBatching().getPreferredBatchSizeList());
        assertEquals(7000, nerve.getDynamicBatching().getMaxQueueDelayMicroseconds());
        assertEquals(9, nerve.getDynamicBatching().getDefaultQueuePolicy().getMaxQueueSize());
        assertEquals("3", nerve.getParametersOrThrow("threads").getStringValue());
        assertTrue(Files.readString(out.resolve("tesserae-135m-projector/1/model.py")).contains("class TritonPythonModel"));
        assertTrue(Files.exists(out.resolve("tesserae-135m-projector/1/model.onnx")));
    }

    @Test
    void theBrainIsDecoupledAndTakesEmbeddingsOfAnyLength(@TempDir Path out) throws IOException {
        TritonRepository.write(MODEL, out, RepositoryOptions.defaults().withRows(16).withContext(2048).withHalfEmbeds(true).withGpu(true));
        ModelConfig brain = config(out, "tesserae-135m-llm");
        assertTrue(brain.getModelTransactionPolicy().getDecoupled());
        assertEquals(16, brain.getMaxBatchSize());
        assertEquals("2048", brain.getParametersOrThrow("context").getStringValue());
        assertEquals(ModelInstanceGroup.Kind.KIND_CPU, brain.getInstanceGroup(0).getKind(), "the reference implementation runs on the CPU");
        Map<String, ModelInput> inputs = brain.getInputList().stream().collect(Collectors.toMap(ModelInput::getName, Function.identity()));
        assertEquals(DataType.TYPE_FP16, inputs.get("prompt_embeds").getDataType());
        assertEquals(List.of(-1L, 576L), inputs.get("prompt_embeds").getDimsList());
        assertTrue(inputs.values().stream().allMatch(ModelInput::getAllowRaggedBatch));
        assertFalse(inputs.containsKey("position_ids"), "its positions are plain");
        for (String file : List.of("decoder.onnx", "decoder.onnx.data", "embed_tokens.onnx", "model.py", "decoder.py", "sampling.py", "steps.py")) {
            assertTrue(Files.exists(out.resolve("tesserae-135m-llm/1").resolve(file)), file);
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> RepositoryOptions.defaults().withMaxBatch(0));
        assertThrows(IllegalArgumentException.class, () -> RepositoryOptions.defaults().withRows(0));
        assertThrows(IllegalArgumentException.class, () -> RepositoryOptions.defaults().withQueueDelay(Duration.ofMillis(-1)));
    }
}
