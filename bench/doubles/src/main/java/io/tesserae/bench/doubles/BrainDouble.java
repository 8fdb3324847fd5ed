package io.tesserae.bench.doubles;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.llm.v1.ChatMessage;
import io.tesserae.llm.v1.ContentPart;
import io.tesserae.llm.v1.DescribeRequest;
import io.tesserae.llm.v1.DescribeResponse;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.LanguageModelGrpc;
import io.tesserae.llm.v1.RenderChatRequest;
import io.tesserae.llm.v1.RenderChatResponse;

/** A brain with room for any number of sequences, which do not slow each other. */
final class BrainDouble extends LanguageModelGrpc.LanguageModelImplBase {

    private static final int CONTEXT = 1 << 20;

    private final Shape shape;
    private final Latencies latencies;

    BrainDouble(Shape shape, Latencies latencies) {
        this.shape = shape;
        this.latencies = latencies;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        observer.onNext(DescribeResponse.newBuilder()
                .setModel(Shape.MODEL).setFamily(Shape.FAMILY).setRevision(shape.revision()).setContext(CONTEXT).setWidth(shape.width())
                .setVocabulary(1000).addEosTokenIds(2).setImageToken(Shape.IMAGE_TOKEN).setEngine("double").setPrecision("fp32")
                .setSlots(1 << 16).build());
        observer.onCompleted();
    }

    /** {@code role: content}, a line for each message. */
    @Override
    public void renderChat(RenderChatRequest request, StreamObserver<RenderChatResponse> observer) {
        RenderChatResponse.Builder response = RenderChatResponse.newBuilder();
        for (ChatMessage message : request.getMessagesList()) {
            response.addParts(ContentPart.newBuilder().setText(message.getRole() + ": "));
            message.getPartsList().forEach(response::addParts);
            response.addParts(ContentPart.newBuilder().setText("\n"));
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> observer) {
        return new Recitation(latencies, (ServerCallStreamObserver<GenerateResponse>) observer);
    }
}
