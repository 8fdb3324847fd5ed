package io.tesserae.bench.doubles;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.projector.v1.DescribeRequest;
import io.tesserae.projector.v1.DescribeResponse;
import io.tesserae.projector.v1.Nerve;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectTimings;
import io.tesserae.projector.v1.ProjectedTile;
import io.tesserae.projector.v1.ProjectorGrpc;

/** The nerve. */
final class NerveDouble extends ProjectorGrpc.ProjectorImplBase {

    private final Shape shape;
    private final Latencies latencies;
    private final ProjectedTile answer;

    NerveDouble(Shape shape, Latencies latencies) {
        this.shape = shape;
        this.latencies = latencies;
        this.answer = ProjectedTile.newBuilder().setEmbeddings(EyeDouble.zeros(shape)).build();
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        observer.onNext(DescribeResponse.newBuilder()
                .setModel(Shape.MODEL).setFamily(Shape.FAMILY).setRevision(shape.revision()).setKind("mlp").addInputs("image_features")
                .setTokensPerTile(shape.tokensPerTile()).setWidth(shape.width()).setEngine("double").setPrecision("fp32").setMaxBatch(1)
                .setNerve(Shape.NERVE)
                .addNerves(Nerve.newBuilder().setName(Shape.NERVE).setKind("mlp").addInputs("image_features")
                        .setTokensPerTile(shape.tokensPerTile()).setPrecision("fp32")).build());
        observer.onCompleted();
    }

    @Override
    public void project(ProjectRequest request, StreamObserver<ProjectResponse> observer) {
        ProjectResponse.Builder response = ProjectResponse.newBuilder()
                .setTimings(ProjectTimings.newBuilder().setProjectMicros(latencies.project()).setBatchSize(request.getTilesCount()));
        for (int tile = 0; tile < request.getTilesCount(); tile++) {
            response.addTiles(answer);
        }
        Later.at(System.nanoTime() + latencies.project() * 1_000, () -> {
            if (!((ServerCallStreamObserver<ProjectResponse>) observer).isCancelled()) {
                observer.onNext(response.build());
                observer.onCompleted();
            }
        });
    }
}
