package io.tesserae.projector;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.tesserae.engines.stage.TracedStage;
import io.tesserae.engines.stage.UnaryCalls;
import io.tesserae.projector.v1.DescribeRequest;
import io.tesserae.projector.v1.DescribeResponse;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectorGrpc;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;

/** The nerve over gRPC. */
@GrpcService
@RegisterInterceptor(TracedStage.class)
@RegisterInterceptor(CallerHeaders.class)
public class ProjectorService extends ProjectorGrpc.ProjectorImplBase {

    private final UnaryCalls calls = new UnaryCalls(ProjectorService.class);

    @Inject
    ProjectorModel model;

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        calls.answer(observer, cancellation -> CompletableFuture.completedFuture(model.nerves().card()));
    }

    @Override
    public void project(ProjectRequest request, StreamObserver<ProjectResponse> observer) {
        calls.answer(observer, cancellation -> model.projecting().project(request, cancellation));
    }
}
