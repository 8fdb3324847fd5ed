package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.CollectedAnswer;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.Piece;
import io.tesserae.gateway.ToolCall;
import java.util.List;

/** Tells a response once it is whole. */
final class WholeResponse implements AnswerSink {

    private final ResponseRequest request;
    private final ResponseKeeper keeper;
    private final Reply reply;
    private final CollectedAnswer collected = new CollectedAnswer(1);
    private AnswerHead head;

    WholeResponse(ResponseRequest request, ResponseKeeper keeper, Reply reply) {
        this.request = request;
        this.keeper = keeper;
        this.reply = reply;
    }

    @Override
    public void begin(AnswerHead known) {
        head = known;
    }

    @Override
    public void piece(Piece piece) {
        collected.add(piece);
    }

    @Override
    public void finished(int choice, FinishReason reason) {
        // The summary says so.
    }

    @Override
    public void end(AnswerSummary summary) {
        ArrayNode output = JsonNodeFactory.instance.arrayNode();
        List<ToolCall> calls = collected.calls(0);
        String status = summary.finishes().get(0) == FinishReason.LENGTH ? "incomplete" : "completed";
        if (calls.isEmpty() || !collected.text(0).isBlank()) {
            ObjectNode message = ResponseJson.message(ResponseJson.id(head, "msg"), status);
            message.withArray("content").add(ResponseJson.text(collected.text(0), collected.logprobs(0)));
            output.add(message);
        }
        for (int i = 0; i < calls.size(); i++) {
            output.add(ResponseJson.call(ResponseJson.id(head, "fc") + i, "completed", calls.get(i)));
        }
        ObjectNode response = ResponseJson.whole(head, request.head(), summary, output);
        keeper.keep(response, collected.text(0), calls);
        reply.json(200, response);
    }

    @Override
    public void fail(Failure failure) {
        reply.error(ApiError.of(failure));
    }

    @Override
    public void whenReady(Runnable next) {
        next.run();
    }
}
