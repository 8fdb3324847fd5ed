package io.tesserae.contract.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configs in the form in which such folders are published: terse, with the class' defaults left out. */
class HubLayoutTest {

    private static final String SMOLVLM = """
            {"architectures": ["Idefics3ForConditionalGeneration"], "model_type": "idefics3", "image_token_id": 49190, "scale_factor": 4,
             "text_config": {"hidden_size": 576, "num_attention_heads": 9, "num_key_value_heads": 3, "num_hidden_layers": 30, "head_dim": 64,
                             "vocab_size": 49280, "max_position_embeddings": 8192},
             "vision_config": {"patch_size": 16, "image_size": 512}}""";
    private static final String LLAVA = """
            {"model_type": "llava", "image_token_index": 32000, "vision_feature_select_strategy": "default",
             "text_config": {"max_position_embeddings": 4096, "vocab_size": 32064, "eos_token_id": 2},
             "vision_config": {"model_type": "clip_vision_model", "image_size": 336, "patch_size": 14}}""";

    @TempDir
    Path root;

    @BeforeEach
    void publish() throws IOException {
        write("config.json", SMOLVLM);
        write("preprocessor_config.json", "{\"max_image_size\": {\"longest_edge\": 512}}");
        write("tokenizer.json", "{\"added_tokens\": [{\"id\": 49190, \"content\": \"<image>\"}, {\"id\": 32000, \"content\": \"<picture>\"}]}");
        write("tokenizer_config.json", "{\"bos_token\": \"<|im_start|>\"}");
        write("generation_config.json", "{\"eos_token_id\": [49279, 2]}");
        for (String graph : List.of("vision_encoder", "embed_tokens", "decoder_model_merged")) {
            write("onnx/" + graph + ".onnx", graph);
            write("onnx/" + graph + "_q4.onnx", graph + " in four bits");
        }
    }

    private void write(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    private ModelFolder open() {
        return ModelFolder.open(root);
    }

    @Test
    void theManifestFollowsFromFilesAndConfigs() {
        Manifest manifest = open().manifest();
        assertEquals("idefics3", manifest.family());
        assertEquals(root.getFileName().toString(), manifest.name());
        assertEquals("onnx/vision_encoder.onnx", manifest.vision().graph());
        assertEquals(512, manifest.vision().tileWidth());
        assertEquals("identity", manifest.projector().kind());
        assertEquals(64, manifest.projector().tokensPerTile());
        assertEquals(576, manifest.projector().width());
        assertEquals("onnx/decoder_model_merged.onnx", manifest.llm().decoder());
        assertEquals(30, manifest.llm().layers());
        assertEquals(3, manifest.llm().kvHeads());
        assertEquals(64, manifest.llm().headDim());
        assertEquals(8192, manifest.llm().context());
        assertEquals("<|im_start|>", manifest.llm().bosToken());
        assertEquals(List.of(49279L, 2L), manifest.llm().eosTokenIds());
        assertEquals("<image>", manifest.llm().imageToken());
        assertEquals(64, manifest.revision().length());
    }

    @Test
    void whatATerseConfigLeavesOutHasTheClassesDefaults() throws IOException {
        write("config.json", LLAVA);
        write("tokenizer_config.json", "{\"bos_token\": {\"content\": \"<s>\"}}");
        Files.delete(root.resolve("generation_config.json"));
        Manifest manifest = open().manifest();
        assertEquals("llava", manifest.family());
        assertEquals(336, manifest.vision().tileHeight());
        assertEquals(576, manifest.projector().tokensPerTile());
        assertEquals(32, manifest.llm().layers());
        assertEquals(4096, manifest.llm().hidden());
        assertEquals(128, manifest.llm().headDim());
        assertEquals("<s>", manifest.llm().bosToken());
        assertEquals(List.of(2L), manifest.llm().eosTokenIds());
        assertEquals("<picture>", manifest.llm().imageToken());
    }

    @Test
    void theAskedVariantIsTakenWhereThereIsOne() throws IOException {
        Files.delete(root.resolve("onnx/vision_encoder_q4.onnx"));
        var manifest = HubLayout.manifest(root, Optional.of("q4"));
        assertEquals("onnx/decoder_model_merged_q4.onnx", manifest.at("/llm/decoder").asText());
        assertEquals("onnx/vision_encoder.onnx", manifest.at("/vision/graph").asText());
        assertEquals("q4", manifest.at("/llm/precision").asText());
        assertNotEquals(HubLayout.manifest(root, Optional.empty()).get("revision"), manifest.get("revision"));
        assertRefused(() -> HubLayout.manifest(root, Optional.of("q8")), "decoder_model_merged_quantized.onnx");
        assertRefused(() -> HubLayout.manifest(root, Optional.of("q3")), "variant 'q3' is not known");
    }

    @Test
    void theRevisionFollowsTheContentAndIncludesWeightsBeside() throws IOException {
        String first = open().manifest().revision();
        assertEquals(first, open().manifest().revision());
        write("onnx/decoder_model_merged.onnx_data", "weights");
        String second = open().manifest().revision();
        assertNotEquals(first, second);
        write("onnx/decoder_model_merged.onnx_data", "other weights");
        assertNotEquals(second, open().manifest().revision());
        assertTrue(open().manifest().files().stream().anyMatch(file -> file.path().equals("onnx/decoder_model_merged.onnx_data")));
        assertFalse(open().manifest().files().stream().anyMatch(file -> file.path().contains("_q4")));
    }

    @Test
    void saysWhatIsMissingOrNotSupported() throws IOException {
        write("config.json", SMOLVLM.replace("\"idefics3\"", "\"florence2\""));
        assertRefused(this::open, "model_type florence2");
        write("config.json", SMOLVLM.replace("49190", "5"));
        assertRefused(this::open, "image_token_id 5");
        write("config.json", SMOLVLM.replace("\"vocab_size\": 49280,", ""));
        assertRefused(this::open, "text_config.vocab_size");
        write("config.json", SMOLVLM);
        Files.delete(root.resolve("onnx/vision_encoder.onnx"));
        Files.delete(root.resolve("onnx/vision_encoder_q4.onnx"));
        assertRefused(this::open, "no onnx/vision_encoder.onnx");
    }

    @Test
    void pictureSettingsMayBeWhereTransformers5SavesThem() throws IOException {
        Files.delete(root.resolve("preprocessor_config.json"));
        write("processor_config.json", "{\"image_processor\": {\"max_image_size\": {\"longest_edge\": 384}}}");
        assertEquals(384, open().manifest().vision().tileWidth());
        assertTrue(open().text("preprocessor_config.json").orElseThrow().contains("384"));
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable opening, String because) {
        String said = assertThrows(ModelFolderException.class, opening).getMessage();
        assertTrue(said.contains(because), said);
    }
}
