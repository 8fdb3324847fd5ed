package io.tesserae.gateway.http;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.chat.AnswerQuestion;
import io.tesserae.gateway.chat.GatewayMetrics;
import io.tesserae.gateway.chat.RequestThreads;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
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

    void handle(RoutingContext routing) {
        Reply reply = new Reply(routing);
        if (!MediaTypes.isJson(routing.request().getHeader("content-type"))) {
            reply.error(ApiError.unsupportedMediaType());
            return;
        }
        bodies.read(routing, body -> answer(body, reply, routing.request()::getHeader), failure -> refuse(failure, reply));
    }

    /** From here on the caller's leaving, or the deadline, stops whatever is being done. */
    private void answer(byte[] body, Reply reply, UnaryOperator<String> header) {
        Errand errand = errands.begin(reply.requestId(), header);
        reply.onGone(errand::abandon);
        try {
            threads.execute(() -> ask(body, errand, reply));
        } catch (Failure full) {
            errand.end();
            refuse(full, reply);
        }
    }

    private void ask(byte[] body, Errand errand, Reply reply) {
        ChatRequest request;
        try {
            request = reader.read(body);
        } catch (Throwable thrown) {
            errand.end();
            Failure failure = Failure.from(thrown);
            if (failure != thrown) {
                LOG.errorf(thrown, "request %s could not be read", errand.id());
            }
            refuse(failure, reply);
            return;
        }
        AnswerSink sink = request.stream() ? new StreamedAnswer(request.telling(), reply) : new WholeAnswer(request.telling(), reply);
        answerQuestion.ask(request.question(), errand, sink);
    }

    private void refuse(Failure failure, Reply reply) {
        metrics.rejected(failure);
        reply.error(ApiError.of(failure));
    }
}
