package io.tesserae.gateway.doubles;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.v1.ChatMessage;
import io.tesserae.llm.v1.ContentPart;
import io.tesserae.llm.v1.DescribeRequest;
import io.tesserae.llm.v1.DescribeResponse;
import io.tesserae.llm.v1.DetokenizeRequest;
import io.tesserae.llm.v1.DetokenizeResponse;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.LanguageModelGrpc;
import io.tesserae.llm.v1.RenderChatRequest;
import io.tesserae.llm.v1.RenderChatResponse;
import io.tesserae.llm.v1.TokenizeRequest;
import io.tesserae.llm.v1.TokenizeResponse;

/** A brain that repeats its prompt, or says what the prompt tells it to: see {@link Recital}. */
public final class LlmDouble extends LanguageModelGrpc.LanguageModelImplBase {

    private final Behaviour behaviour;

    LlmDouble(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        observer.onNext(DescribeResponse.newBuilder()
                .setModel("double").setFamily("squares").setRevision(behaviour.revision).setContext(behaviour.context).setWidth(1)
                .setVocabulary(1000).addEosTokenIds(2).setImageToken("<image>").setEngine("double").setPrecision("fp32")
                .setSlots(4).build());
        observer.onCompleted();
    }

    /** {@code role:content|} for each message; a system message must come first. */
    @Override
    public void renderChat(RenderChatRequest request, StreamObserver<RenderChatResponse> observer) {
        if (!behaviour.accepts(request.getModelRevision(), observer)) {
            return;
        }
        behaviour.lastRender = request;
        RenderChatResponse.Builder response = RenderChatResponse.newBuilder().setToolForm(request.getTools().isEmpty() ? "" : "hermes");
        for (int i = 0; i < request.getMessagesCount(); i++) {
            ChatMessage message = request.getMessages(i);
            if (message.getRole().equals("system") && i > 0) {
                observer.onError(Failure.of(Reason.TEMPLATE_REFUSED, "a system message must come first").toStatus());
                return;
            }
            response.addParts(ContentPart.newBuilder().setText(message.getRole() + ":"));
            message.getPartsList().forEach(response::addParts);
            response.addParts(ContentPart.newBuilder().setText("|"));
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    /** A character a token. */
    @Override
    public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> observer) {
        TokenizeResponse.Builder response = TokenizeResponse.newBuilder();
        if (request.getAddSpecialTokens()) {
            response.addIds(1);
        }
        request.getText().chars().forEach(letter -> {
            response.addIds(letter);
            if (request.getWithTexts()) {
                response.addTexts(Character.toString(letter));
            }
        });
        observer.onNext(response.build());
        observer.onCompleted();
    }

    @Override
    public void detokenize(DetokenizeRequest request, StreamObserver<DetokenizeResponse> observer) {
        StringBuilder text = new StringBuilder();
        request.getIdsList().forEach(id -> text.appendCodePoint(id.intValue()));
        observer.onNext(DetokenizeResponse.newBuilder().setText(text.toString()).build());
        observer.onCompleted();
    }

    @Override
    public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> observer) {
        behaviour.generatesBegun.incrementAndGet();
        ServerCallStreamObserver<GenerateResponse> call = (ServerCallStreamObserver<GenerateResponse>) observer;
        call.setOnCancelHandler(behaviour.generatesCancelled::incrementAndGet);
        return new Recital(behaviour, call);
    }
}
