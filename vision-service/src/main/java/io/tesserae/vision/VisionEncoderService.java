package io.tesserae.vision;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.common.annotation.Blocking;
import io.tesserae.engines.stage.TracedStage;
import io.tesserae.engines.stage.UnaryCalls;
import io.tesserae.vision.v1.DescribeRequest;
import io.tesserae.vision.v1.DescribeResponse;
import io.tesserae.vision.v1.EncodeRequest;
import io.tesserae.vision.v1.EncodeResponse;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;

/** The eye over gRPC. */
@GrpcService
@RegisterInterceptor(CallerHeaders.class)
@RegisterInterceptor(TracedStage.class)
public class VisionEncoderService extends VisionEncoderGrpc.VisionEncoderImplBase {

    private final UnaryCalls calls = new UnaryCalls(VisionEncoderService.class);

    @Inject
    VisionModel model;

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        calls.answer(observer, cancellation -> CompletableFuture.completedFuture(model.encoding().card()));
    }

    /** On a worker thread: comparing hashes of many tiles would hold up the event loop. */
    @Override
    @Blocking
    public void encode(EncodeRequest request, StreamObserver<EncodeResponse> observer) {
        calls.answer(observer, cancellation -> model.encoding().encode(request, cancellation));
    }
}
