package io.tesserae.gateway.doubles;

import io.grpc.stub.StreamObserver;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.projector.v1.DescribeRequest;
import io.tesserae.projector.v1.DescribeResponse;
import io.tesserae.projector.v1.Nerve;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectTimings;
import io.tesserae.projector.v1.ProjectedTile;
import io.tesserae.projector.v1.ProjectorGrpc;

/** Nerves that pass on what the eye saw: {@code mlp} in two tokens, {@code wide} in three. */
public final class ProjectorDouble extends ProjectorGrpc.ProjectorImplBase {

    private final Behaviour behaviour;

    ProjectorDouble(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        observer.onNext(DescribeResponse.newBuilder()
                .setModel("double").setFamily("squares").setRevision(behaviour.revision).setKind("mlp")
                .setTokensPerTile(2).setWidth(1).setEngine("double").setPrecision("fp32").setMaxBatch(1).setNerve("mlp")
                .addNerves(nerve("mlp", "mlp", 2)).addNerves(nerve("wide", "resampler", 3)).build());
        observer.onCompleted();
    }

    private static Nerve nerve(String name, String kind, int tokens) {
        return Nerve.newBuilder().setName(name).setKind(kind).setTokensPerTile(tokens).setPrecision("fp32").build();
    }

    @Override
    public void project(ProjectRequest request, StreamObserver<ProjectResponse> observer) {
        behaviour.projects.incrementAndGet();
        if (!behaviour.accepts(request.getModelRevision(), observer)) {
            return;
        }
        float seen = WireTensors.fromMessage(request.getTiles(0).getFeatures(0).getTensor()).floats().get(0);
        behaviour.answer(observer, ProjectResponse.newBuilder()
                .addTiles(ProjectedTile.newBuilder().setEmbeddings(WireTensors.toMessage(VisionDouble.embeddings(seen, request.getNerve()))))
                .setTimings(ProjectTimings.newBuilder().setProjectMicros(100)).build(), behaviour.projectMillis);
    }
}
