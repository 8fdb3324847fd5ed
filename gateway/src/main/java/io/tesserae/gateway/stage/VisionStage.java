package io.tesserae.gateway.stage;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.families.Pixels;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Where;
import io.tesserae.vision.v1.DescribeRequest;
import io.tesserae.vision.v1.DescribeResponse;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.EncodeResponse;
import io.tesserae.vision.v1.EncodeTimings;
import io.tesserae.vision.v1.EncodedTile;
import io.tesserae.vision.v1.Tile;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** The eye. */
@ApplicationScoped
public class VisionStage {

    private final StageLinks links;

    VisionStage(StageLinks links) {
        this.links = links;
    }

    /** What the eye says of itself. */
    public CompletableFuture<EyeCard> describe(Errand errand) {
        return links.vision().call(VisionEncoderGrpc.getDescribeMethod(), DescribeRequest.getDefaultInstance(), errand).thenApply(VisionStage::cardOf);
    }

    /** What each of its replicas says of itself. */
    public CompletableFuture<List<EyeCard>> describeEach(Errand errand) {
        return links.vision().callEach(VisionEncoderGrpc.getDescribeMethod(), DescribeRequest.getDefaultInstance(), errand)
                .thenApply(cards -> cards.stream().map(VisionStage::cardOf).toList());
    }

    private static EyeCard cardOf(DescribeResponse card) {
        return new EyeCard(card.getModel(), card.getFamily(), card.getRevision(),
                        card.getPreprocessorConfig(), card.getConfig(), card.getTileWidth(), card.getTileHeight(),
                        card.getCanProject(), card.getEngine(), card.getPrecision());
    }

    /**
     * Encodes one tile: a call of its own, so that a picture's tiles spread over replicas.
     *
     * @param hash        SHA-256 of the tile's pixels
     * @param project     answer with embeddings in place of features
     * @param nerve       name of the nerve that makes them
     * @param instruction see {@link RenderedChat#instruction}; empty without {@code project} or where that nerve reads none
     * @param where       which tile it is, for the request's clock
     */
    public CompletableFuture<EyeOutput> encode(
            Pixels tile, byte[] hash, String revision, boolean project, String nerve, List<Long> instruction, Where where, Errand errand) {
        EncodeRequest request = EncodeRequest.newBuilder()
                .setModelRevision(revision)
                .setProject(project)
                .setNerve(project ? nerve : "")
                .addAllInstructionIds(instruction)
                .addTiles(Tile.newBuilder()
                        .setWidth(tile.width())
                        .setHeight(tile.height())
                        .setRgb(UnsafeByteOperations.unsafeWrap(tile.rgb()))
                        .setContentHash(ByteString.copyFrom(hash)))
                .build();
        long start = System.nanoTime();
        AtomicReference<String> replica = new AtomicReference<>("");
        return links.vision().callHedged(VisionEncoderGrpc.getEncodeMethod(), request, errand, replica::set)
                .exceptionally(LlmStage::blamingInstruction)
                .thenApply(response -> {
                    account(response.getTimings(), start, where.by(replica.get(), response.getTimings().getBatchSize()), errand);
                    return outputOf(response, project);
                });
    }

    /** The call's own time goes half before and half after what the eye says it did. */
    private static void account(EncodeTimings timings, long start, Where where, Errand errand) {
        CallSpan.of(start, System.nanoTime())
                .then(Stage.QUEUE, timings.getQueueMicros())
                .then(Stage.ENCODE, timings.getEncodeMicros())
                .then(Stage.PROJECT, timings.getProjectMicros())
                .recordIn(errand.clock(), where);
    }

    private static EyeOutput outputOf(EncodeResponse response, boolean projected) {
        if (response.getTilesCount() != 1) {
            throw Failure.of(Reason.INTERNAL, "the vision stage answered one tile with " + response.getTilesCount());
        }
        EncodedTile tile = response.getTiles(0);
        if (projected) {
            return new EyeOutput.Embeddings(WireTensors.fromMessage(tile.getEmbeddings()),
                    tile.getLevelEmbeddingsList().stream().map(WireTensors::fromMessage).toList());
        }
        Optional<EyeOutput.Layout> layout = tile.hasGrid()
                ? Optional.of(new EyeOutput.Layout(tile.getGrid().getColumns(), tile.getGrid().getRows()))
                : Optional.empty();
        return new EyeOutput.Features(WireTensors.fromMessages(tile.getFeaturesList()), layout);
    }
}
