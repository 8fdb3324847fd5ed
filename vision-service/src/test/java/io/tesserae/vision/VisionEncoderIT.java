package io.tesserae.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.tensor.v1.Grid;
import io.tesserae.vision.v1.DescribeRequest;
import io.tesserae.vision.v1.DescribeResponse;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.EncodeResponse;
import io.tesserae.vision.v1.Tile;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Describe and Encode over a real socket. */
@QuarkusTest
@TestProfile(VisionProfile.class)
class VisionEncoderIT {

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    private ManagedChannel channel;
    private VisionEncoderGrpc.VisionEncoderBlockingStub eye;

    @BeforeEach
    void connect() {
        channel = StageChannels.open("localhost:" + port);
        eye = VisionEncoderGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void describesItself() {
        DescribeResponse card = eye.describe(DescribeRequest.getDefaultInstance());
        assertEquals("test-eye", card.getModel());
        assertEquals("tesserae", card.getFamily());
        assertEquals(64, card.getRevision().length());
        assertEquals(32, card.getTileWidth());
        assertEquals(32, card.getTileHeight());
        assertEquals("onnx", card.getEngine());
        assertEquals("fp32", card.getPrecision());
        assertEquals(8, card.getMaxBatch());
        assertTrue(card.getCanProject());
        assertTrue(card.getPreprocessorConfig().contains("image_mean"));
        assertTrue(card.getConfig().contains("model_type"));
        assertEquals("image_features", card.getFeatures(0).getName());
        assertEquals(List.of(16L, 3L), card.getFeatures(0).getShapeList());
        assertEquals(List.of(2L), card.getFeatures(1).getShapeList());
    }

    @Test
    void encodesTilesInTheirOrderAsNumpyDoes() {
        EncodeRequest.Builder request = EncodeRequest.newBuilder()
                .setModelRevision(eye.describe(DescribeRequest.getDefaultInstance()).getRevision());
        for (int i = 0; i < GoldenTiles.count(); i++) {
            request.addTiles(GoldenTiles.tile(i));
        }
        EncodeResponse response = eye.encode(request.build());
        assertEquals(GoldenTiles.count(), response.getTilesCount());
        for (int i = 0; i < GoldenTiles.count(); i++) {
            GoldenTiles.assertFeatures(i, response.getTiles(i), 1e-5f);
            assertEquals(Grid.newBuilder().setColumns(4).setRows(4).build(), response.getTiles(i).getGrid());
        }
        assertEquals(GoldenTiles.count(), response.getTimings().getBatchSize());
        assertTrue(response.getTimings().getEncodeMicros() > 0);
        assertEquals(0, response.getTimings().getProjectMicros());
    }

    @Test
    void concurrentCallsShareBatchesAndKeepTheirOwnResults() throws Exception {
        int callers = 32;
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<EncodeResponse>> calls = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                EncodeRequest request = EncodeRequest.newBuilder().addTiles(GoldenTiles.tile(caller % GoldenTiles.count())).build();
                calls.add(threads.submit(() -> eye.encode(request)));
            }
            int largest = 0;
            for (int caller = 0; caller < callers; caller++) {
                EncodeResponse response = calls.get(caller).get();
                GoldenTiles.assertFeatures(caller % GoldenTiles.count(), response.getTiles(0), 1e-5f);
                largest = Math.max(largest, response.getTimings().getBatchSize());
            }
            assertTrue(largest > 1 && largest <= 8, "largest batch " + largest);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void anotherRevisionIsRefused() {
        Failure failure = refusal(EncodeRequest.newBuilder().setModelRevision("0".repeat(64)).addTiles(GoldenTiles.tile(0)));
        assertEquals(Reason.REVISION_MISMATCH, failure.reason());
        assertEquals("model_revision", failure.field().orElseThrow());
    }

    @Test
    void badTilesAreNamedByTheirPlace() {
        Tile good = GoldenTiles.tile(0);
        assertInvalid("tiles", EncodeRequest.newBuilder());
        assertInvalid("tiles[2].rgb", tiles(good, good, good.toBuilder().setRgb(good.getRgb().substring(1)).build()));
        assertInvalid("tiles[1].width", tiles(good, good.toBuilder().setWidth(31).build()));
        assertInvalid("tiles[0].height", tiles(good.toBuilder().clearHeight().build()));
        assertInvalid("tiles[0].content_hash", tiles(good.toBuilder().setContentHash(ByteString.copyFromUtf8("short")).build()));
        assertInvalid("tiles[0].content_hash", tiles(good.toBuilder().setContentHash(ByteString.copyFrom(new byte[32])).build()));
        assertInvalid("tiles", tiles(Collections.nCopies(13, good).toArray(Tile[]::new)));
        assertInvalid("instruction_ids", tiles(good).addInstructionIds(7));
    }

    private static EncodeRequest.Builder tiles(Tile... tiles) {
        return EncodeRequest.newBuilder().addAllTiles(List.of(tiles));
    }

    private void assertInvalid(String field, EncodeRequest.Builder request) {
        Failure failure = refusal(request);
        assertEquals(Reason.INVALID_FIELD, failure.reason());
        assertEquals(field, failure.field().orElseThrow());
        assertTrue(failure.getMessage().startsWith(field), failure.getMessage());
    }

    private Failure refusal(EncodeRequest.Builder request) {
        return Failure.from(assertThrows(StatusRuntimeException.class, () -> eye.encode(request.build())));
    }
}
