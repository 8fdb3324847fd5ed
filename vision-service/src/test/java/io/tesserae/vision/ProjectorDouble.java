package io.tesserae.vision;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectedTile;
import io.tesserae.projector.v1.ProjectorGrpc;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;

/** A projector on a real socket that does what a test says and remembers how it was called. */
final class ProjectorDouble extends ProjectorGrpc.ProjectorImplBase implements ServerInterceptor, AutoCloseable {

    final CountDownLatch called = new CountDownLatch(1);
    final CountDownLatch cancelled = new CountDownLatch(1);
    volatile ProjectRequest request;
    volatile Metadata headers;
    volatile Deadline deadline;

    private final BiConsumer<ProjectRequest, StreamObserver<ProjectResponse>> behaviour;
    private final Server server;

    ProjectorDouble(String address, BiConsumer<ProjectRequest, StreamObserver<ProjectResponse>> behaviour) throws IOException {
        this.behaviour = behaviour;
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        this.server = NettyServerBuilder.forPort(port).addService(this).intercept(this).build().start();
    }

    /** Answers each tile's image_features as its embeddings. */
    static void echo(ProjectRequest request, StreamObserver<ProjectResponse> observer) {
        ProjectResponse.Builder response = ProjectResponse.newBuilder();
        request.getTilesList().forEach(tile -> response.addTiles(ProjectedTile.newBuilder()
                .setEmbeddings(WireTensors.toMessage(WireTensors.fromMessages(tile.getFeaturesList()).get("image_features")))
                .setGrid(tile.getGrid())));
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata callHeaders, ServerCallHandler<Q, R> next) {
        headers = callHeaders;
        return next.startCall(call, callHeaders);
    }

    @Override
    public void project(ProjectRequest projection, StreamObserver<ProjectResponse> observer) {
        request = projection;
        deadline = Context.current().getDeadline();
        Context.current().addListener(context -> cancelled.countDown(), Runnable::run);
        called.countDown();
        behaviour.accept(projection, observer);
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }
}
