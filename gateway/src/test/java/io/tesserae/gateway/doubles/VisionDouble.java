package io.tesserae.gateway.doubles;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.tensor.v1.NamedTensor;
import io.tesserae.vision.v1.DescribeRequest;
import io.tesserae.vision.v1.DescribeResponse;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.EncodeResponse;
import io.tesserae.vision.v1.EncodeTimings;
import io.tesserae.vision.v1.EncodedTile;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import java.util.concurrent.atomic.AtomicInteger;

/** An eye that sees a tile's first red byte, and says it in every number. */
public final class VisionDouble extends VisionEncoderGrpc.VisionEncoderImplBase {

    private final Behaviour behaviour;
    final AtomicInteger tiles = new AtomicInteger();

    VisionDouble(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        observer.onNext(DescribeResponse.newBuilder()
                .setModel("double").setFamily("squares").setRevision(behaviour.revision)
                .setPreprocessorConfig("{}").setConfig("{}").setTileWidth(1).setTileHeight(1)
                .setCanProject(behaviour.eyeProjects).setEngine("double").setPrecision("fp32").setMaxBatch(1).build());
        observer.onCompleted();
    }

    @Override
    public void encode(EncodeRequest request, StreamObserver<EncodeResponse> observer) {
        behaviour.encodesBegun.incrementAndGet();
        ServerCallStreamObserver<EncodeResponse> call = (ServerCallStreamObserver<EncodeResponse>) observer;
        call.setOnCancelHandler(behaviour.encodesCancelled::incrementAndGet);
        if (!behaviour.accepts(request.getModelRevision(), observer)) {
            return;
        }
        if (behaviour.encodeFails != null) {
            observer.onError(Failure.of(behaviour.encodeFails, "the eye was told to fail").toStatus());
            return;
        }
        tiles.addAndGet(request.getTilesCount());
        float seen = request.getTiles(0).getRgb().byteAt(0) & 0xff;
        EncodedTile.Builder tile = EncodedTile.newBuilder();
        if (request.getProject()) {
            tile.setEmbeddings(WireTensors.toMessage(embeddings(seen, request.getNerve())));
        } else {
            tile.addFeatures(NamedTensor.newBuilder().setName("image_features")
                    .setTensor(WireTensors.toMessage(Tensor.ofFloats(new float[] {seen}, 1, 1))));
        }
        behaviour.mostEncodesAtOnce.accumulateAndGet(behaviour.encodesAtOnce.incrementAndGet(), Math::max);
        behaviour.encoded(() -> {
            behaviour.encodesAtOnce.decrementAndGet();
            if (behaviour.tilesToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                if (!call.isCancelled()) {
                    call.onError(Failure.of(Reason.QUEUE_FULL, "the eye was told to fail").toStatus());
                }
                return;
            }
            behaviour.answer(observer, EncodeResponse.newBuilder().addTiles(tile)
                    .setTimings(EncodeTimings.newBuilder().setEncodeMicros(behaviour.encodeMillis * 1000 + 1)).build(), 0);
        }, behaviour.encodeMillis);
    }

    /** [token, width] = [2, 1], or [3, 1] of the wide nerve, which sees a thousand more. */
    static Tensor embeddings(float seen, String nerve) {
        float wide = seen + 1000;
        return nerve.equals("wide") ? Tensor.ofFloats(new float[] {wide, wide, wide}, 3, 1) : Tensor.ofFloats(new float[] {seen, seen}, 2, 1);
    }
}
