package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Function;

/** {@code POST /v1/responses}, and reading and removing those that are stored. */
@ApplicationScoped
class ResponsesRoute {

    private final ChatRoute chat;
    private final ResponseRequestReader reader;
    private final ResponseStore store;

    ResponsesRoute(ChatRoute chat, ResponseRequestReader reader, ResponseStore store) {
        this.chat = chat;
        this.reader = reader;
        this.store = store;
    }

    void create(RoutingContext routing) {
        chat.handle(routing, body -> {
            ResponseRequest request = reader.read(body);
            ResponseKeeper keeper = new ResponseKeeper(request, store);
            return new ChatRoute.Asked(request.question(), request.stream()
                    ? reply -> new StreamedResponse(request, keeper, reply) : reply -> new WholeResponse(request, keeper, reply));
        });
    }

    void get(RoutingContext routing) {
        stored(routing, ResponseStore.Stored::response);
    }

    void input(RoutingContext routing) {
        stored(routing, one -> {
            ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
            ArrayNode items = list.putArray("data");
            for (int i = one.input().size() - 1; i >= 0; i--) {
                items.add(((ObjectNode) one.input().get(i).deepCopy()).put("id", routing.pathParam("id").replaceFirst("resp_", "item_") + i));
            }
            list.put("first_id", items.path(0).path("id").asText()).put("last_id", items.path(items.size() - 1).path("id").asText());
            return list.put("has_more", false);
        });
    }

    void delete(RoutingContext routing) {
        Reply reply = new Reply(routing);
        if (store.remove(routing.pathParam("id"))) {
            reply.json(200, JsonNodeFactory.instance.objectNode().put("id", routing.pathParam("id")).put("object", "response").put("deleted", true));
        } else {
            reply.error(ApiError.notFound(routing.normalizedPath()));
        }
    }

    private void stored(RoutingContext routing, Function<ResponseStore.Stored, ObjectNode> told) {
        Reply reply = new Reply(routing);
        Optional<ResponseStore.Stored> one = store.get(routing.pathParam("id"));
        if (one.isPresent()) {
            reply.json(200, told.apply(one.get()));
        } else {
            reply.error(ApiError.notFound(routing.normalizedPath()));
        }
    }
}
