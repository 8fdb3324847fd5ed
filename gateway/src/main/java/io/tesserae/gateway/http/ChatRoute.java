package io.tesserae.gateway.http;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.chat.AnswerQuestion;
import io.tesserae.gateway.chat.GatewayMetrics;
import io.tesserae.gateway.chat.RequestThreads;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** {@code POST /v1/chat/completions}. */
@ApplicationScoped
class ChatRoute {

    private static final Logger LOG = Logger.getLogger(ChatRoute.class);

    private final BodyReader bodies;
    private final ChatRequestReader reader;
    private final RequestThreads threads;
    private final Errands errands;
    private final AnswerQuestion answerQuestion;
    private final GatewayMetrics metrics;

    ChatRoute(BodyReader bodies, ChatRequestReader reader, RequestThreads threads, Errands errands, AnswerQuestion answerQuestion,
            GatewayMetrics metrics) {
        this.bodies = bodies;
        this.reader = reader;
        this.threads = threads;
        this.errands = errands;
        this.answerQuestion = answerQuestion;
        this.metrics = metrics;
    }

    /**
     * What a body asked for.
     *
     * @param sink tells the answer to a reply
     */
    record Asked(Question question, Function<Reply, AnswerSink> sink) {
    }

    void handle(RoutingContext routing) {
        handle(routing, body -> {
            ChatRequest request = reader.read(body);
            ChatRequest.Telling telling = request.telling();
            return new Asked(request.question(), request.stream() ? reply -> new StreamedAnswer(telling, reply) : reply -> new WholeAnswer(telling, reply));
        });
    }

    /** Answers whatever {@code reader} makes of a body, which blames the field that is wrong. */
    void handle(RoutingContext routing, Function<byte[], Asked> reader) {
        Reply reply = new Reply(routing);
        if (!MediaTypes.isJson(routing.request().getHeader("content-type"))) {
            reply.error(ApiError.unsupportedMediaType());
            return;
        }
        bodies.read(routing, body -> answer(body, reader, reply, routing.request()::getHeader), failure -> refuse(failure, reply));
    }

    /** From here on the caller's leaving, or the deadline, stops whatever is being done. */
    private void answer(byte[] body, Function<byte[], Asked> reader, Reply reply, UnaryOperator<String> header) {
        Errand errand = errands.begin(reply.visit(), header);
        reply.onGone(errand::abandon);
        try {
            threads.execute(() -> ask(body, reader, errand, reply));
        } catch (Failure full) {
            errand.end();
            refuse(full, reply);
        }
    }

    private void ask(byte[] body, Function<byte[], Asked> reader, Errand errand, Reply reply) {
        Asked request;
        try {
            request = reader.apply(body);
        } catch (Throwable thrown) {
            errand.end();
            Failure failure = Failure.from(thrown);
            if (failure != thrown) {
                LOG.errorf(thrown, "request %s could not be read", errand.id());
            }
            refuse(failure, reply);
            return;
        }
        answerQuestion.ask(request.question(), errand, request.sink().apply(reply));
    }

    private void refuse(Failure failure, Reply reply) {
        reply.visit().failed(failure);
        metrics.rejected(failure);
        reply.error(ApiError.of(failure));
    }
}
