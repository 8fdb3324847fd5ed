package io.tesserae.bench.doubles;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.tensor.v1.ElementType;
import io.tesserae.tensor.v1.NamedTensor;
import io.tesserae.tensor.v1.Tensor;
import io.tesserae.vision.v1.DescribeRequest;
import io.tesserae.vision.v1.DescribeResponse;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.EncodeResponse;
import io.tesserae.vision.v1.EncodeTimings;
import io.tesserae.vision.v1.EncodedTile;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import java.util.concurrent.atomic.AtomicLong;

/** One replica of the eye. It takes one tile after the other, in the order of their arrival, as an engine that is busy does. */
final class EyeDouble extends VisionEncoderGrpc.VisionEncoderImplBase {

    private final Shape shape;
    private final Latencies latencies;
    private final boolean projects;
    private final EncodedTile answer;
    private final AtomicLong tiles = new AtomicLong();
    private long freeAt = System.nanoTime();

    EyeDouble(Shape shape, Latencies latencies, boolean projects) {
        this.shape = shape;
        this.latencies = latencies;
        this.projects = projects;
        Tensor zeros = zeros(shape);
        this.answer = projects
                ? EncodedTile.newBuilder().setEmbeddings(zeros).build()
                : EncodedTile.newBuilder().addFeatures(NamedTensor.newBuilder().setName("image_features").setTensor(zeros)).build();
    }

    /** [token, width], all zero. */
    static Tensor zeros(Shape shape) {
        return Tensor.newBuilder().setElementType(ElementType.ELEMENT_TYPE_FLOAT32)
                .addShape(shape.tokensPerTile()).addShape(shape.width())
                .setData(ByteString.copyFrom(new byte[shape.tokensPerTile() * shape.width() * Float.BYTES])).build();
    }

    /** Tiles that it was given. */
    long tiles() {
        return tiles.get();
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        observer.onNext(DescribeResponse.newBuilder()
                .setModel(Shape.MODEL).setFamily(Shape.FAMILY).setRevision(shape.revision())
                .setPreprocessorConfig(shape.preprocessorConfig()).setConfig("{}")
                .setTileWidth(Shape.SIDE).setTileHeight(Shape.SIDE).setCanProject(projects)
                .setEngine("double").setPrecision("fp32").setMaxBatch(1).build());
        observer.onCompleted();
    }

    @Override
    public void encode(EncodeRequest request, StreamObserver<EncodeResponse> observer) {
        int count = request.getTilesCount();
        tiles.addAndGet(count);
        long arrival = System.nanoTime();
        long start;
        long end;
        synchronized (this) {
            start = Math.max(arrival, freeAt);
            end = start + count * latencies.encode() * 1_000;
            freeAt = end;
        }
        long project = request.getProject() ? latencies.project() : 0;
        EncodeResponse.Builder response = EncodeResponse.newBuilder().setTimings(EncodeTimings.newBuilder()
                .setQueueMicros((start - arrival) / 1_000).setEncodeMicros((end - start) / 1_000).setProjectMicros(project).setBatchSize(count));
        for (int tile = 0; tile < count; tile++) {
            response.addTiles(answer);
        }
        Later.at(end + project * 1_000, () -> {
            if (!((ServerCallStreamObserver<EncodeResponse>) observer).isCancelled()) {
                observer.onNext(response.build());
                observer.onCompleted();
            }
        });
    }
}
