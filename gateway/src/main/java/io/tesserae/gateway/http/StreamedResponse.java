package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.AnswerSink;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.CallPiece;
import io.tesserae.gateway.CollectedAnswer;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.Piece;
import io.tesserae.gateway.TokenLogprob;
import io.tesserae.gateway.ToolCall;
import java.util.List;

/** Tells a response as it comes, by OpenAI's events. A failure before the first token has a status of its own; later it is {@code response.failed}. */
final class StreamedResponse implements AnswerSink {

    private final ResponseRequest request;
    private final ResponseKeeper keeper;
    private final Reply reply;
    private final CollectedAnswer collected = new CollectedAnswer(1);
    private final ArrayNode output = JsonNodeFactory.instance.arrayNode();
    /** Spaces that may turn out to stand before a call, and to be no words. */
    private String blank = "";
    private boolean messageOpen;
    /** The call that is being told; negative for none. */
    private int openCall = -1;
    private int sequence;
    private AnswerHead head;

    StreamedResponse(ResponseRequest request, ResponseKeeper keeper, Reply reply) {
        this.request = request;
        this.keeper = keeper;
        this.reply = reply;
    }

    @Override
    public void begin(AnswerHead known) {
        head = known;
        reply.beginEvents();
        for (String event : new String[] {"response.created", "response.in_progress"}) {
            tell(event, (ObjectNode) data().set("response", ResponseJson.response(head, request.head(), "in_progress")));
        }
    }

    @Override
    public void piece(Piece piece) {
        collected.add(piece);
        if (!piece.text().isEmpty()) {
            String text = blank + piece.text();
            blank = "";
            if (!messageOpen && text.isBlank() && request.question().manner().tools().isPresent()) {
                blank = text;
            } else {
                openMessage();
                tell("response.output_text.delta", (ObjectNode) part(data()).put("delta", text).set("logprobs",
                        ResponseJson.logprobs(request.logprobs() ? piece.logprobs() : List.of())));
            }
        }
        piece.calls().forEach(this::call);
    }

    private void openMessage() {
        if (!messageOpen) {
            messageOpen = true;
            tell("response.output_item.added", item(ResponseJson.message(ResponseJson.id(head, "msg"), "in_progress")));
            tell("response.content_part.added", (ObjectNode) part(data()).set("part", ResponseJson.text("", List.of())));
        }
    }

    private void closeMessage(String status) {
        if (messageOpen) {
            messageOpen = false;
            String text = collected.text(0);
            List<TokenLogprob> logprobs = collected.logprobs(0);
            tell("response.output_text.done", (ObjectNode) part(data()).put("text", text).set("logprobs", ResponseJson.logprobs(logprobs)));
            ObjectNode said = ResponseJson.text(text, logprobs);
            tell("response.content_part.done", (ObjectNode) part(data()).set("part", said));
            ObjectNode message = ResponseJson.message(ResponseJson.id(head, "msg"), status);
            message.withArray("content").add(said);
            tell("response.output_item.done", item(message));
            output.add(message);
        }
    }

    private void call(CallPiece piece) {
        if (!piece.id().isEmpty()) {
            closeMessage("completed");
            closeCall();
            openCall = piece.index();
            tell("response.output_item.added", item(ResponseJson.call(callId(piece.index()), "in_progress", new ToolCall(piece.id(), piece.name(), ""))));
        }
        if (!piece.arguments().isEmpty()) {
            tell("response.function_call_arguments.delta", data().put("item_id", callId(piece.index())).put("output_index", output.size())
                    .put("delta", piece.arguments()));
        }
    }

    private String callId(int index) {
        return ResponseJson.id(head, "fc") + index;
    }

    /** Ends the call that is being told, if any. */
    private void closeCall() {
        if (openCall >= 0) {
            ToolCall call = collected.calls(0).get(openCall);
            ObjectNode whole = ResponseJson.call(callId(openCall), "completed", call);
            tell("response.function_call_arguments.done", data().put("item_id", callId(openCall)).put("output_index", output.size())
                    .put("name", call.name()).put("arguments", call.arguments()));
            tell("response.output_item.done", item(whole));
            output.add(whole);
            openCall = -1;
        }
    }

    @Override
    public void finished(int choice, FinishReason reason) {
        // Told with the usage.
    }

    @Override
    public void end(AnswerSummary summary) {
        String status = summary.finishes().get(0) == FinishReason.LENGTH ? "incomplete" : "completed";
        if (collected.calls(0).isEmpty()) {
            openMessage();
        }
        closeMessage(status);
        closeCall();
        ObjectNode response = ResponseJson.whole(head, request.head(), summary, output);
        keeper.keep(response, collected.text(0), collected.calls(0));
        tell("response." + status, (ObjectNode) data().set("response", response));
        reply.endEvents(false);
    }

    @Override
    public void fail(Failure failure) {
        ApiError error = ApiError.of(failure);
        if (head == null) {
            reply.error(error);
            return;
        }
        ObjectNode response = ResponseJson.response(head, request.head(), "failed");
        response.putObject("error").put("code", error.status() == 429 ? "rate_limit_exceeded" : "server_error").put("message", error.message());
        response.set("output", output);
        tell("response.failed", (ObjectNode) data().set("response", response));
        reply.endEvents(false);
    }

    @Override
    public void whenReady(Runnable next) {
        reply.whenDrained(next);
    }

    private ObjectNode item(ObjectNode item) {
        return (ObjectNode) data().put("output_index", output.size()).set("item", item);
    }

    private ObjectNode part(ObjectNode data) {
        return data.put("item_id", ResponseJson.id(head, "msg")).put("output_index", output.size()).put("content_index", 0);
    }

    private static ObjectNode data() {
        return JsonNodeFactory.instance.objectNode();
    }

    private void tell(String event, ObjectNode data) {
        ObjectNode numbered = JsonNodeFactory.instance.objectNode().put("type", event).put("sequence_number", sequence++);
        numbered.setAll(data);
        reply.write(Reply.event(event, numbered));
    }
}
