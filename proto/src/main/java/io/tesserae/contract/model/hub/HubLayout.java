package io.tesserae.contract.model.hub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.model.ModelFolderException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The manifest of a folder that transformers.js publishes, made when the folder is opened; nothing is written to it. */
public final class HubLayout {

    /** The layout's graph for eye and nerve gives the brain's embeddings. */
    private static final String FEATURES = "image_features";

    private static final List<String> CONFIGS = List.of("config.json", "preprocessor_config.json", "processor_config.json", "tokenizer.json",
            "tokenizer_config.json", "chat_template.jinja", "chat_template.json", "generation_config.json");

    /** One JVM may hold several stages, each of which opens the folder: gigabytes are hashed once. */
    private static final Map<String, String> DIGESTS = new ConcurrentHashMap<>();

    private HubLayout() {
    }

    /** Whether that folder is in this layout. */
    public static boolean isIn(Path root) {
        return HubGraphs.areIn(root);
    }

    /**
     * What the folder's {@code tesserae.json} would be. Throws {@link ModelFolderException} that says what is missing or not supported.
     *
     * @param variant which of the published variants, such as {@code q4}; empty for the most accurate there is
     */
    public static ObjectNode manifest(Path root, Optional<String> variant) {
        HubConfig config = new HubConfig(root);
        HubFamily family = HubFamily.of(config);
        HubGraphs graphs = HubGraphs.choose(root, variant);
        ObjectNode manifest = new ObjectMapper().createObjectNode().put("format", 1)
                .put("name", root.toAbsolutePath().normalize().getFileName().toString()).put("family", family.family()).put("license", "unknown");
        int tile = family.tile(config);
        manifest.putObject("vision").put("graph", graphs.vision()).put("input", "pixel_values").put("tile_width", tile).put("tile_height", tile)
                .put("precision", graphs.variant()).putArray("outputs").add(FEATURES);
        manifest.putObject("projector").put("kind", "identity").put("output", FEATURES).put("tokens_per_tile", family.tokensPerTile(config))
                .put("width", config.hidden()).put("precision", graphs.variant()).putArray("inputs").add(FEATURES);
        ObjectNode llm = manifest.putObject("llm").put("embed", graphs.embed()).put("decoder", graphs.decoder()).put("precision", graphs.variant())
                .put("layers", config.layers()).put("kv_heads", config.kvHeads()).put("head_dim", config.headDim()).put("hidden", config.hidden())
                .put("vocab", config.vocabulary()).put("context", config.context()).put("bos_token", config.bosToken())
                .put("image_token", config.imageToken()).put("image_token_id", config.imageTokenId());
        config.ends().forEach(llm.putArray("eos_token_ids")::add);
        Map<String, String> digests = new TreeMap<>();
        Stream.concat(CONFIGS.stream().filter(name -> Files.isRegularFile(root.resolve(name))), graphs.files(root).stream())
                .forEach(name -> digests.put(name, digest(root.resolve(name))));
        StringBuilder lines = new StringBuilder();
        digests.forEach((name, digest) -> {
            lines.append(name).append('\0').append(digest).append('\n');
            manifest.withArray("files").addObject().put("path", name).put("bytes", root.resolve(name).toFile().length()).put("sha256", digest);
        });
        return manifest.put("revision", HexFormat.of().formatHex(sha256().digest(lines.toString().getBytes(StandardCharsets.UTF_8))));
    }

    private static String digest(Path file) {
        try {
            String key = file.toRealPath() + "@" + Files.getLastModifiedTime(file).toMillis() + "+" + Files.size(file);
            String known = DIGESTS.get(key);
            if (known == null) {
                MessageDigest digest = sha256();
                byte[] block = new byte[1 << 20];
                try (InputStream stream = Files.newInputStream(file)) {
                    for (int read = stream.read(block); read >= 0; read = stream.read(block)) {
                        digest.update(block, 0, read);
                    }
                }
                known = HexFormat.of().formatHex(digest.digest());
                DIGESTS.put(key, known);
            }
            return known;
        } catch (IOException unreadable) {
            throw new ModelFolderException(file + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-256", absent);
        }
    }
}
