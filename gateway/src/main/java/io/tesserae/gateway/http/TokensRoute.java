package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.AnswerForm;
import io.tesserae.gateway.Manner;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.Sampling;
import io.tesserae.gateway.Stopping;
import io.tesserae.gateway.chat.RequestThreads;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.stage.LlmStage;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.Models;
import io.tesserae.gateway.stage.RenderedChat;
import io.tesserae.gateway.stage.RenderedPart;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** {@code POST /tokenize} and {@code /detokenize}, as vLLM has them, and {@code POST /v1/embeddings}, which no model here can answer. */
@ApplicationScoped
class TokensRoute {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int MOST_IDS = 1 << 20;

    private final BodyReader bodies;
    private final JsonReader json;
    private final Models models;
    private final LlmStage llm;
    private final Errands errands;
    private final RequestThreads threads;
    private final int messages;

    TokensRoute(BodyReader bodies, JsonReader json, Models models, LlmStage llm, Errands errands, RequestThreads threads,
            GatewayConfig config) {
        this.threads = threads;
        this.bodies = bodies;
        this.json = json;
        this.models = models;
        this.llm = llm;
        this.errands = errands;
        this.messages = config.limits().messages();
    }

    void tokenize(RoutingContext routing) {
        answer(routing, (fields, errand) -> {
            String model = fields.string("model");
            String prompt = fields.string("prompt");
            boolean withTexts = fields.flag("return_token_strs", false);
            boolean add = fields.flag("add_special_tokens", prompt != null);
            Question question = prompt == null ? question(fields) : null;
            if (prompt != null && fields.any("messages") != null) {
                throw fields.bad("prompt", "and 'messages' are both given; give one of them");
            }
            fields.nothingElse();
            return models.loaded(errand).thenCompose(loaded -> {
                require(loaded, model);
                CompletableFuture<String> text = question == null ? CompletableFuture.completedFuture(prompt)
                        : llm.render(question, loaded.revision(), errand).thenApply(TokensRoute::textOf);
                return text.thenCompose(whole -> llm.tokenize(whole, add, withTexts, errand)).thenApply(tokens -> {
                    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("count", tokens.getIdsCount()).put("max_model_len", loaded.brain().context());
                    answer.set("tokens", CompletionJson.ids(tokens.getIdsList()));
                    if (withTexts) {
                        tokens.getTextsList().forEach(answer.putArray("token_strs")::add);
                    }
                    return answer;
                });
            });
        });
    }

    private Question question(Fields fields) {
        Question question = new Question("", MessagesReader.read(fields, messages), new Sampling(null, null, null, null, null, null, null, null, Map.of()),
                new Stopping(0, List.of(), false), OptionalInt.empty(), 1, Optional.empty(),
                new Manner(ToolsReader.chat(fields), AnswerForm.ANYTHING, MannerReader.templateVariables(fields), 0));
        if (!fields.flag("add_generation_prompt", true)) {
            throw fields.unsupported("add_generation_prompt", "is not supported with this value: only true is accepted");
        }
        if (!question.pictures().isEmpty()) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, question.pictures().get(0).field(),
                    "pictures become embeddings and no token ids; 'usage' of an answer counts them");
        }
        return question;
    }

    private static String textOf(RenderedChat chat) {
        return chat.parts().stream().map(part -> part instanceof RenderedPart.Text text ? text.text() : "").collect(Collectors.joining());
    }

    void detokenize(RoutingContext routing) {
        answer(routing, (fields, errand) -> {
            String model = fields.string("model");
            JsonNode tokens = fields.required("tokens");
            if (!tokens.isArray() || tokens.size() > MOST_IDS) {
                throw fields.bad("tokens", "must be a list of at most " + MOST_IDS + " token ids");
            }
            List<Long> ids = new ArrayList<>();
            for (JsonNode id : tokens) {
                if (!id.isIntegralNumber() || !id.canConvertToLong()) {
                    throw fields.bad("tokens", "must hold token ids");
                }
                ids.add(id.longValue());
            }
            fields.nothingElse();
            return models.loaded(errand).thenCompose(loaded -> {
                require(loaded, model);
                return llm.detokenize(ids, errand);
            }).thenApply(text -> JsonNodeFactory.instance.objectNode().put("prompt", text));
        });
    }

    /** Says why not: no family here has pictures and text in one space. */
    void embeddings(RoutingContext routing) {
        answer(routing, (fields, errand) -> {
            fields.required("input");
            String model = fields.string("model");
            return models.loaded(errand).thenApply(loaded -> {
                require(loaded, model);
                throw Failure.inField(Reason.UNSUPPORTED_FIELD, "model", "'" + loaded.name() + "' has no space that pictures and text share: its eye makes "
                        + "features for its brain alone, and cannot be asked for embeddings");
            });
        });
    }

    private static void require(LoadedModel loaded, String asked) {
        if (asked != null && !asked.isEmpty() && !asked.equals(loaded.name())) {
            throw Failure.inField(Reason.MODEL_NOT_FOUND, "model", "no model of that name is loaded; loaded: '" + loaded.name() + "'");
        }
    }

    private void answer(RoutingContext routing, BiFunction<Fields, Errand, CompletableFuture<ObjectNode>> work) {
        Reply reply = new Reply(routing);
        if (!MediaTypes.isJson(routing.request().getHeader("content-type"))) {
            reply.error(ApiError.unsupportedMediaType());
            return;
        }
        bodies.read(routing, body -> {
            Errand errand = errands.begin(reply.requestId(), DEADLINE);
            reply.onGone(errand::abandon);
            try {
                threads.execute(() -> answer(body, work, errand, reply));
            } catch (Failure full) {
                errand.end();
                reply.error(ApiError.of(full));
            }
        }, failure -> reply.error(ApiError.of(failure)));
    }

    private void answer(byte[] body, BiFunction<Fields, Errand, CompletableFuture<ObjectNode>> work, Errand errand, Reply reply) {
        CompletableFuture<ObjectNode> answer;
        try {
            answer = work.apply(Fields.of(json.read(body), ""), errand);
        } catch (Failure failure) {
            answer = CompletableFuture.failedFuture(failure);
        }
        answer.whenComplete((whole, thrown) -> {
            errand.end();
            if (thrown == null) {
                reply.json(200, whole);
            } else {
                reply.error(ApiError.of(Failure.from(thrown)));
            }
        });
    }
}
