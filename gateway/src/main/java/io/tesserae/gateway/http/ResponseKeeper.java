package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.gateway.Content;
import io.tesserae.gateway.ToolCall;
import io.tesserae.gateway.Turn;
import java.util.ArrayList;
import java.util.List;

/** Keeps one response, where that was asked for. */
record ResponseKeeper(ResponseRequest request, ResponseStore store) {

    void keep(ObjectNode response, String text, List<ToolCall> calls) {
        if (request.store()) {
            List<Turn> turns = new ArrayList<>(request.turns());
            turns.add(new Turn(Turn.Role.ASSISTANT, "", text.isEmpty() ? List.of() : List.of(new Content.Words(text)), List.copyOf(calls), ""));
            store.put(response.get("id").asText(), response, List.copyOf(turns), request.input());
        }
    }
}
