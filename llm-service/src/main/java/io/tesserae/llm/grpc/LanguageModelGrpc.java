package io.tesserae.llm.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.Manifest;
import io.tesserae.engines.stage.TracedStage;
import io.tesserae.llm.v1.ContentPart;
import io.tesserae.llm.text.Tokenizer;
import io.tesserae.llm.v1.DescribeRequest;
import io.tesserae.llm.v1.DescribeResponse;
import io.tesserae.llm.v1.DetokenizeRequest;
import io.tesserae.llm.v1.DetokenizeResponse;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.LanguageModelGrpc.LanguageModelImplBase;
import io.tesserae.llm.v1.RenderChatRequest;
import io.tesserae.llm.v1.RenderChatResponse;
import io.tesserae.llm.v1.TokenizeRequest;
import io.tesserae.llm.v1.TokenizeResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** {@code tesserae.llm.v1.LanguageModel}. No call is worked on by a transport thread. */
@GrpcService
@RegisterInterceptor(TracedStage.class)
public class LanguageModelGrpc extends LanguageModelImplBase {

    private static final Logger LOG = Logger.getLogger(LanguageModelGrpc.class);

    private final ServedModel model;

    LanguageModelGrpc(ServedModel model) {
        this.model = model;
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> answer) {
        respond(answer, () -> {
            ServedModel.Loaded loaded = model.loaded();
            // Whoever asks wants to know whether this brain answers: one that is out of reach does not.
            loaded.engine().requireReach();
            Manifest manifest = loaded.manifest();
            return DescribeResponse.newBuilder()
                    .setModel(manifest.name())
                    .setFamily(manifest.family())
                    .setRevision(manifest.revision())
                    .setContext(loaded.shape().context())
                    .setWidth(loaded.shape().hidden())
                    .setVocabulary(loaded.shape().vocabulary())
                    .addAllEosTokenIds(loaded.requests().eosTokenIds())
                    .setImageToken(manifest.llm().imageToken() == null ? "" : manifest.llm().imageToken())
                    .setGenerationConfig(loaded.folder().text("generation_config.json").orElse(""))
                    .setEngine(loaded.engine().name())
                    .setPrecision(manifest.llm().precision() == null ? "" : manifest.llm().precision())
                    .setSlots(loaded.engine().slots())
                    .build();
        });
    }

    @Override
    public void renderChat(RenderChatRequest request, StreamObserver<RenderChatResponse> answer) {
        respond(answer, () -> {
            ServedModel.Loaded loaded = model.loaded();
            RevisionCheck.require(loaded.manifest(), "model_revision", request.getModelRevision());
            List<ContentPart> parts = loaded.renderer().render(request);
            return RenderChatResponse.newBuilder().addAllParts(parts).addAllInstructionIds(loaded.instruction().read(parts))
                    .setToolForm(request.getTools().isEmpty() ? "" : loaded.renderer().toolForm().orElseThrow().wire()).build();
        });
    }

    @Override
    public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> answer) {
        respond(answer, () -> {
            Tokenizer tokenizer = model.loaded().tokenizer();
            long[] ids = tokenizer.encode(request.getText(), request.getAddSpecialTokens());
            TokenizeResponse.Builder response = TokenizeResponse.newBuilder().addAllIds(Arrays.stream(ids).boxed().collect(Collectors.toList()));
            if (request.getWithTexts()) {
                Arrays.stream(ids).forEach(id -> response.addTexts(new String(tokenizer.bytesOf(id), StandardCharsets.UTF_8)));
            }
            return response.build();
        });
    }

    @Override
    public void detokenize(DetokenizeRequest request, StreamObserver<DetokenizeResponse> answer) {
        respond(answer, () -> {
            ServedModel.Loaded loaded = model.loaded();
            for (int i = 0; i < request.getIdsCount(); i++) {
                if (request.getIds(i) < 0 || request.getIds(i) >= loaded.shape().vocabulary()) {
                    throw Failure.inField(Reason.INVALID_FIELD, "ids[" + i + "]", "a token id is from 0 to " + (loaded.shape().vocabulary() - 1));
                }
            }
            return DetokenizeResponse.newBuilder().setText(loaded.tokenizer().decode(request.getIdsList().stream().mapToLong(Long::longValue).toArray())).build();
        });
    }

    @Override
    public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> answers) {
        try {
            return new GenerateCall(model.loaded(), (ServerCallStreamObserver<GenerateResponse>) answers, model.planning(), model.register());
        } catch (Failure unavailable) {
            answers.onError(unavailable.toStatus());
            return new Deaf();
        }
    }

    private <T> void respond(StreamObserver<T> answer, Supplier<T> work) {
        model.planning().execute(() -> {
            T response;
            try {
                response = work.get();
            } catch (RuntimeException refused) {
                Failure failure = Failure.from(refused);
                if (failure.reason() == Reason.INTERNAL) {
                    LOG.error("a call failed", refused);
                }
                answer.onError(failure.toStatus());
                return;
            }
            answer.onNext(response);
            answer.onCompleted();
        });
    }

    /** Takes what a caller sends after it was refused. */
    private static final class Deaf implements StreamObserver<GenerateRequest> {

        @Override
        public void onNext(GenerateRequest ignored) {
            // The call has ended.
        }

        @Override
        public void onError(Throwable ignored) {
            // The call has ended.
        }

        @Override
        public void onCompleted() {
            // The call has ended.
        }
    }
}
