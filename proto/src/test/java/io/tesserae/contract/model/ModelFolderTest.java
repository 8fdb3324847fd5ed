package io.tesserae.contract.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {

    private static final String MANIFEST = """
            {"format": 1, "name": "tiny", "family": "idefics3", "revision": "%s", "license": "Apache-2.0", "later": {"key": 1},
             "vision": {"graph": "vision/model.onnx", "input": "pixel_values", "outputs": ["image_features"], "tile_width": 512, "tile_height": 384},
             "llm": {"embed": "llm/embed_tokens.onnx", "decoder": "llm/decoder.onnx", "kv_type": "float32", "layers": 30, "kv_heads": 3,
                     "head_dim": 64, "bos_token": null, "eos_token_ids": [2, 49279], "image_token": "<image>", "image_token_id": 49190},
             "files": [{"path": "config.json", "bytes": 2, "sha256": "00"}]}
            """.formatted("a".repeat(64));

    @TempDir
    Path root;

    @Test
    void readsWhatTheManifestSays() throws IOException {
        Files.writeString(root.resolve("config.json"), "{}");
        ModelFolder folder = written(MANIFEST);
        Manifest manifest = folder.manifest();
        assertEquals("tiny", manifest.name());
        assertEquals(384, manifest.vision().tileHeight());
        assertEquals(List.of(2L, 49279L), manifest.llm().eosTokenIds());
        assertEquals(49190, manifest.llm().imageTokenId());
        assertNull(manifest.llm().bosToken());
        assertNull(manifest.projector());
        assertEquals(Optional.of("{}"), folder.text("config.json"));
        assertEquals(Optional.empty(), folder.text("chat_template.jinja"));
        assertEquals(root.resolve("config.json"), folder.require("config.json"));
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        assertRefused(() -> ModelFolder.open(root.resolve("nowhere")), "nowhere: it has no tesserae.json");
        assertRefused(() -> written("{\"format\": 1,"), "tesserae.json is not a manifest");
        assertRefused(() -> written("[]"), "tesserae.json is not a manifest");
        assertRefused(() -> written(MANIFEST.replace("\"format\": 1", "\"format\": 2")), "format 2 is not known, only 1");
        assertRefused(() -> written(MANIFEST.replace("\"tiny\"", "\" \"")), "'name' is missing");
        assertRefused(() -> written(MANIFEST.replace("\"family\"", "\"familie\"")), "'family' is missing");
        assertRefused(() -> written(MANIFEST.replace("\"revision\"", "\"rev\"")), "'revision' is missing");
    }

    @Test
    void filesAreThereAndInsideTheFolder() {
        assertRefused(() -> written(MANIFEST).require("vision/model.onnx"), "model tiny lacks vision/model.onnx");
        assertRefused(() -> written(MANIFEST).require("../../etc/passwd"), "a file outside its folder: ../../etc/passwd");
        assertRefused(() -> written(MANIFEST).require("/etc/passwd"), "a file outside its folder: /etc/passwd");
    }

    private ModelFolder written(String manifest) throws IOException {
        Files.writeString(root.resolve("tesserae.json"), manifest);
        return ModelFolder.open(root);
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable opening, String because) {
        String said = assertThrows(ModelFolderException.class, opening).getMessage();
        assertTrue(said.contains(because), said);
    }
}
