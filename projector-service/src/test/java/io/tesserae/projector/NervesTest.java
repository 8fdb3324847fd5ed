package io.tesserae.projector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.engines.Cancellation;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.TileFeatures;
import io.tesserae.tensor.v1.Grid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every school of projector, from a request to a response, without a socket. */
class NervesTest {

    static ProjectorSettings settings(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(properties, "test", 1))
                .withMapping(ProjectorSettings.class)
                .build()
                .getConfigMapping(ProjectorSettings.class);
    }

    private static Nerves open(Path folder) {
        return Nerves.open(ModelFolder.open(folder), settings(Map.of("tesserae.projector.max-tiles", "5")), new SimpleMeterRegistry());
    }

    private static ProjectResponse project(Nerves nerve, ProjectRequest.Builder request) {
        return new Projecting(nerve, settings(Map.of("tesserae.projector.max-tiles", "5")))
                .project(request.build(), Cancellation.none()).toCompletableFuture().join();
    }

    private static ProjectRequest.Builder allTiles(ElementKind sentAs, boolean withGrid) {
        ProjectRequest.Builder request = ProjectRequest.newBuilder();
        for (int i = 0; i < GoldenFeatures.count(); i++) {
            TileFeatures.Builder tile = GoldenFeatures.tile(i, sentAs).toBuilder();
            if (withGrid) {
                tile.setGrid(grid(4));
            }
            request.addTiles(tile);
        }
        return request;
    }

    private static Grid grid(int side) {
        return Grid.newBuilder().setColumns(side).setRows(side).build();
    }

    @ParameterizedTest
    @CsvSource({"linear, 16, 4", "pixel-shuffle, 4, 2", "resampler, 5, 0"})
    void everySchoolAnswersAsNumpyAndTorchDo(String kind, int tokens, int gridSide) throws Exception {
        try (Nerves nerve = open(GoldenFeatures.model(kind))) {
            assertEquals(kind, nerve.card().getKind());
            assertEquals("onnx", nerve.card().getEngine());
            assertEquals(tokens, nerve.card().getTokensPerTile());
            assertEquals(6, nerve.card().getWidth());
            assertEquals(List.of("image_features"), nerve.card().getInputsList());
            ProjectResponse response = project(nerve, allTiles(ElementKind.FLOAT32, true));
            for (int i = 0; i < GoldenFeatures.count(); i++) {
                Tensor embeddings = WireTensors.fromMessage(response.getTiles(i).getEmbeddings());
                assertArrayEquals(new long[] {tokens, 6}, embeddings.shape());
                GoldenFeatures.assertEmbeddings(kind, i, embeddings, 1e-5f);
                assertEquals(gridSide > 0, response.getTiles(i).hasGrid());
                assertEquals(gridSide, response.getTiles(i).getGrid().getColumns());
            }
            assertEquals(GoldenFeatures.count(), response.getTimings().getBatchSize());
            assertTrue(response.getTimings().getProjectMicros() > 0);
        }
    }

    @Test
    void halvesAreWidened() throws Exception {
        try (Nerves nerve = open(GoldenFeatures.model("linear"))) {
            ProjectResponse response = project(nerve, allTiles(ElementKind.FLOAT16, false));
            GoldenFeatures.assertEmbeddings("linear", 2, WireTensors.fromMessage(response.getTiles(2).getEmbeddings()), 1e-2f);
            assertFalse(response.getTiles(2).hasGrid(), "patches without a grid make tokens without one");
        }
    }

    @Test
    void featuresThatTheGraphDoesNotReadAreLeftOut() throws Exception {
        try (Nerves nerve = open(GoldenFeatures.model("linear"))) {
            TileFeatures tile = TileFeatures.newBuilder()
                    .addFeatures(GoldenFeatures.named("image_classes", Tensor.ofFloats(new float[2], 2)))
                    .addAllFeatures(GoldenFeatures.tile(1).getFeaturesList())
                    .build();
            ProjectResponse response = project(nerve, ProjectRequest.newBuilder().addTiles(tile));
            GoldenFeatures.assertEmbeddings("linear", 1, WireTensors.fromMessage(response.getTiles(0).getEmbeddings()), 1e-5f);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32", "FLOAT16"})
    void anIdentityPassesFeaturesThrough(ElementKind sentAs) throws Exception {
        try (Nerves nerve = open(GoldenFeatures.model("identity"))) {
            assertEquals("identity", nerve.card().getKind());
            nerve.check();
            ProjectResponse response = project(nerve, allTiles(sentAs, true));
            Tensor embeddings = WireTensors.fromMessage(response.getTiles(1).getEmbeddings());
            assertEquals(ElementKind.FLOAT32, embeddings.kind());
            assertEquals(GoldenFeatures.features(1).floats().get(7), embeddings.floats().get(7), sentAs == ElementKind.FLOAT32 ? 0 : 2e-3f);
            assertEquals(grid(4), response.getTiles(1).getGrid());
        }
    }

    @Test
    void anInstructionIsReadWhereTheGraphReadsIt() throws Exception {
        try (Nerves nerve = open(GoldenFeatures.model("instructed"))) {
            assertTrue(nerve.card().getReadsInstruction());
            ProjectRequest.Builder request = ProjectRequest.newBuilder().addTiles(GoldenFeatures.tile(0));
            ProjectResponse response = project(nerve, request.addInstructionIds(40).addInstructionIds(2));
            float shifted = WireTensors.fromMessage(response.getTiles(0).getEmbeddings()).floats().get(0);
            assertEquals(GoldenFeatures.features(0).floats().get(0) + 42, shifted, 1e-5f);
            assertEquals("instruction_ids", refusal(nerve, request.clearInstructionIds()).field().orElseThrow());
            assertEquals("instruction_ids", refusal(nerve, request.addAllInstructionIds(List.of(1L, 2L, 3L, 4L))).field().orElseThrow());
            assertEquals("instruction_ids[1]", refusal(nerve, request.clearInstructionIds().addInstructionIds(1).addInstructionIds(64)).field().orElseThrow());
        }
    }

    @ParameterizedTest
    @CsvSource({"linear", "identity"})
    void whatDoesNotFitIsNamed(String kind) throws Exception {
        TileFeatures good = GoldenFeatures.tile(0);
        try (Nerves nerve = open(GoldenFeatures.model(kind))) {
            assertField("tiles", nerve);
            assertField("tiles", nerve, good, good, good, good, good, good);
            assertField("tiles[1].features", nerve, good, TileFeatures.getDefaultInstance());
            assertField("tiles[0].features[0].tensor", nerve, features(Tensor.ofFloats(new float[12], 4, 3)));
            assertField("tiles[0].features[0].tensor", nerve, features(Tensor.ofFloats(new float[64], 16, 4)));
            assertField("tiles[0].features[0].tensor", nerve, features(Tensor.ofFloats(new float[48], 48)));
            assertField("tiles[0].features[0].tensor", nerve, features(Tensor.ofLongs(new long[48], 16, 3)));
            assertField("tiles[2].features[1].name", nerve, good, good, good.toBuilder().addFeatures(good.getFeatures(0)).build());
            assertField("tiles[0].features[1].name", nerve, good.toBuilder().addFeatures(good.getFeatures(0).toBuilder().clearName()).build());
            TileFeatures.Builder truncated = good.toBuilder();
            truncated.getFeaturesBuilder(0).getTensorBuilder().setData(good.getFeatures(0).getTensor().getData().substring(1));
            assertField("tiles[0].features[0].tensor", nerve, truncated.build());
            truncated.getFeaturesBuilder(0).getTensorBuilder().clearElementType();
            assertField("tiles[0].features[0].tensor", nerve, truncated.build());
            assertEquals(Reason.REVISION_MISMATCH, refusal(nerve, ProjectRequest.newBuilder().setModelRevision("f".repeat(64)).addTiles(good)).reason());
            Failure unread = refusal(nerve, ProjectRequest.newBuilder().addTiles(good).addInstructionIds(1));
            assertEquals(Reason.UNSUPPORTED_FIELD, unread.reason());
        }
    }

    private static TileFeatures features(Tensor tensor) {
        return TileFeatures.newBuilder().addFeatures(GoldenFeatures.named("image_features", tensor)).build();
    }

    private static void assertField(String field, Nerves nerve, TileFeatures... tiles) {
        Failure failure = refusal(nerve, ProjectRequest.newBuilder().addAllTiles(List.of(tiles)));
        assertEquals(Reason.INVALID_FIELD, failure.reason());
        assertEquals(field, failure.field().orElseThrow());
    }

    private static Failure refusal(Nerves nerve, ProjectRequest.Builder request) {
        return assertThrows(Failure.class, () -> project(nerve, request));
    }

    @Test
    void aModelsOtherNervesAnswerByName() throws Exception {
        try (Nerves nerves = open(GoldenFeatures.model("three"))) {
            assertEquals("pixel-shuffle", nerves.card().getNerve());
            assertEquals(4, nerves.card().getTokensPerTile());
            assertEquals(List.of("pixel-shuffle 4", "linear 16", "queries 5"), nerves.card().getNervesList().stream()
                    .map(nerve -> nerve.getName() + " " + nerve.getTokensPerTile()).toList());
            assertEquals("resampler", nerves.card().getNerves(2).getKind());
            Map.of("", "pixel-shuffle", "pixel-shuffle", "pixel-shuffle", "linear", "linear", "queries", "resampler").forEach((name, kind) -> {
                ProjectResponse response = project(nerves, allTiles(ElementKind.FLOAT32, true).setNerve(name));
                GoldenFeatures.assertEmbeddings(kind, 1, WireTensors.fromMessage(response.getTiles(1).getEmbeddings()), 1e-5f);
                assertEquals(!kind.equals("resampler"), response.getTiles(1).hasGrid(), kind);
            });
            Failure unknown = refusal(nerves, allTiles(ElementKind.FLOAT32, true).setNerve("mlp"));
            assertEquals(Reason.INVALID_FIELD, unknown.reason());
            assertEquals("nerve", unknown.field().orElseThrow());
            assertTrue(unknown.getMessage().contains("[pixel-shuffle, linear, queries]"), unknown.getMessage());
        }
    }

    @Test
    void anotherNerveMayBeTheFirst() throws Exception {
        ModelFolder folder = ModelFolder.open(GoldenFeatures.model("three"));
        try (Nerves nerves = Nerves.open(folder, settings(Map.of("tesserae.projector.nerve", "linear")), new SimpleMeterRegistry())) {
            assertEquals("linear", nerves.card().getNerve());
            assertEquals("linear", nerves.card().getKind());
            assertEquals(16, nerves.card().getTokensPerTile());
            assertEquals(3, nerves.card().getNervesCount());
            ProjectResponse response = project(nerves, allTiles(ElementKind.FLOAT32, false));
            GoldenFeatures.assertEmbeddings("linear", 0, WireTensors.fromMessage(response.getTiles(0).getEmbeddings()), 1e-5f);
        }
        ModelFolderException unknown = assertThrows(ModelFolderException.class, () ->
                Nerves.open(folder, settings(Map.of("tesserae.projector.nerve", "mlp")), new SimpleMeterRegistry()).close());
        assertTrue(unknown.getMessage().contains("tesserae.projector.nerve") && unknown.getMessage().contains("queries"), unknown.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "\"queries\":                 | \"pixel-shuffle\":             | alternatives.pixel-shuffle",
            "projector/linear.onnx        | projector/lost.onnx            | projector/lost.onnx",
            "\"kind\": \"linear\",          | \"kind\": \"linear\", \"alternatives\": {}, | alternatives.linear",
            "\"tokens_per_tile\": 5, \"width\": 6 | \"tokens_per_tile\": 5, \"width\": 7 | 7"})
    void anAlternativeThatDoesNotMatchIsNamed(String text, String by, String named, @TempDir Path folder) throws IOException {
        assertRefused(GoldenFeatures.model("three"), text, by, named, folder);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "\"projector\":            | \"no_projector\":         | no projector",
            "[\"image_features\"], \"o | [\"image_levels\"], \"o   | image_levels",
            "\"image_embeds\"          | \"embeds\"                | embeds",
            "\"width\": 6              | \"width\": 7              | 7",
            "projector/model.onnx      | projector/none.onnx       | projector/none.onnx"})
    void aManifestThatDoesNotMatchIsNamed(String text, String by, String named, @TempDir Path folder) throws IOException {
        assertRefused(GoldenFeatures.model("linear"), text, by, named, folder);
    }

    private static void assertRefused(Path model, String text, String by, String named, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(model)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = folder.resolve(model.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        Path manifest = folder.resolve("tesserae.json");
        // On one line, so that a row above can name neighbours.
        String before = Files.readString(manifest).replaceAll("\\s*\\n\\s*", " ").replace("[ ", "[").replace(" ]", "]");
        assertTrue(before.contains(text), before);
        Files.writeString(manifest, before.replace(text, by));
        ModelFolderException refused = assertThrows(ModelFolderException.class, () -> open(folder).close());
        assertTrue(refused.getMessage().contains(named), refused.getMessage());
    }
}
