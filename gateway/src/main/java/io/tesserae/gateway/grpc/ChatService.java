package io.tesserae.gateway.grpc;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.tesserae.contract.trace.CallTrace;
import io.tesserae.chat.v1.ChatChunk;
import io.tesserae.chat.v1.ChatCompletion;
import io.tesserae.chat.v1.ChatGrpc;
import io.tesserae.chat.v1.ChatRequest;
import io.tesserae.chat.v1.ListModelsRequest;
import io.tesserae.chat.v1.ListModelsResponse;
import io.tesserae.chat.v1.Model;
import io.tesserae.chat.v1.Nerve;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.caller.Visit;
import io.tesserae.gateway.chat.AnswerQuestion;
import io.tesserae.gateway.chat.GatewayMetrics;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.Models;
import io.tesserae.gateway.stage.NerveCard;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** {@code tesserae.chat.v1.Chat}: no method blocks. */
@GrpcService
@RegisterInterceptor(CallerTrace.class)
public class ChatService extends ChatGrpc.ChatImplBase {

    private final AnswerQuestion answerQuestion;
    private final Models models;
    private final Errands errands;
    private final GatewayMetrics metrics;
    private final QuestionReader reader;

    ChatService(AnswerQuestion answerQuestion, Models models, Errands errands, GatewayMetrics metrics, GatewayConfig config) {
        this.answerQuestion = answerQuestion;
        this.models = models;
        this.errands = errands;
        this.metrics = metrics;
        this.reader = new QuestionReader(config.limits().messages(), config.limits().choices());
    }

    @Override
    public void streamChat(ChatRequest request, StreamObserver<ChatChunk> observer) {
        ask(request, (ServerCallStreamObserver<ChatChunk>) observer, question -> new StreamedAnswer(observer));
    }

    @Override
    public void complete(ChatRequest request, StreamObserver<ChatCompletion> observer) {
        ask(request, (ServerCallStreamObserver<ChatCompletion>) observer, question -> new WholeAnswer(observer, question.choices()));
    }

    private <T> void ask(ChatRequest request, ServerCallStreamObserver<T> observer, Function<Question, AnswerSink> sink) {
        Errand errand = begin();
        observer.setOnCancelHandler(errand::abandon);
        Question question;
        try {
            question = reader.read(request);
        } catch (Failure invalid) {
            errand.end();
            metrics.rejected(invalid);
            errand.visit().failed(invalid);
            observer.onError(invalid.toStatus());
            return;
        }
        answerQuestion.ask(question, errand, sink.apply(question));
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> observer) {
        Errand errand = begin();
        ((ServerCallStreamObserver<ListModelsResponse>) observer).setOnCancelHandler(errand::abandon);
        models.loaded(errand).whenComplete((model, thrown) -> {
            errand.end();
            if (thrown != null) {
                observer.onError(Failure.from(thrown).toStatus());
                return;
            }
            observer.onNext(ListModelsResponse.newBuilder().addModels(message(model)).build());
            observer.onCompleted();
        });
    }

    private static Model message(LoadedModel model) {
        Model.Builder message = Model.newBuilder()
                .setId(model.name())
                .setFamily(model.brain().family())
                .setRevision(model.revision())
                .setContext(model.brain().context())
                .setTokensPerTile(model.chosen().map(NerveCard.Nerve::tokensPerTile).orElse(0))
                .setNerve(model.nerveName());
        model.nerve().stream().flatMap(card -> card.nerves().stream()).forEach(nerve -> message.addNerves(Nerve.newBuilder()
                .setName(nerve.name()).setKind(nerve.kind()).setTokensPerTile(nerve.tokensPerTile())));
        return message.build();
    }

    /** A caller's deadline counts where it is shorter than ours. */
    private Errand begin() {
        Visit known = GrpcGate.VISIT.get();
        Visit visit = known == null ? Visit.ofNobody("req-" + UUID.randomUUID()) : known;
        Deadline deadline = Context.current().getDeadline();
        io.opentelemetry.context.Context caller = CallTrace.ANSWERED.get() == null
                ? io.opentelemetry.context.Context.root() : CallTrace.ANSWERED.get();
        Duration asked = deadline == null ? errands.longest() : Duration.ofNanos(Math.max(1, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
        return errands.begin(visit, asked, caller);
    }
}
