package io.tesserae.llm.remote.vllm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.remote.RemoteListener;
import io.tesserae.llm.sampling.Logprobs;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One answer's server-sent events, cut anywhere, turned into tokens. For one thread. Throws a {@link Failure} where an event says one, or cannot be read. */
final class CompletionEvents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data:";
    private static final String TOKEN = "token_id:";
    /** An event holds a token or a few; log-probabilities make it longest. */
    private static final int LONGEST_EVENT = 1 << 20;

    private final RemoteListener listener;
    private final int topLogprobs;
    private final RecordParser lines;
    private boolean finished;

    CompletionEvents(RemoteListener listener, int topLogprobs) {
        this.listener = listener;
        this.topLogprobs = topLogprobs;
        this.lines = RecordParser.newDelimited("\n", (Handler<Buffer>) this::line);
        lines.maxRecordSize(LONGEST_EVENT);
        // Without a stream to tell, what goes wrong is thrown by handle.
        lines.exceptionHandler(broken -> {
            throw broken instanceof Failure failure ? failure : unreadable(broken);
        });
    }

    void handle(Buffer part) {
        lines.handle(part);
    }

    /** Whether the server said that the answer is whole. */
    boolean finished() {
        return finished;
    }

    private void line(Buffer bytes) {
        String line = bytes.toString().strip();
        if (!line.startsWith(DATA) || line.endsWith("[DONE]")) {
            return;
        }
        try {
            event(JSON.readTree(line.substring(DATA.length())));
        } catch (JsonProcessingException malformed) {
            throw unreadable(malformed);
        }
    }

    private static Failure unreadable(Throwable broken) {
        return Failure.of(Reason.INTERNAL, "the vllm engine's answer cannot be read", broken);
    }

    private void event(JsonNode event) {
        if (event.has("error")) {
            throw Failure.of(Reason.STAGE_UNAVAILABLE, "the vllm engine broke off: " + event.path("error").path("message").asText("it does not say why"));
        }
        JsonNode choice = event.path("choices").path(0);
        JsonNode ids = choice.path("token_ids");
        if (choice.has("text") && !choice.path("text").asText().isEmpty() && ids.isMissingNode()) {
            throw Failure.of(Reason.INTERNAL, "the vllm engine tells no token ids; it is too old");
        }
        for (int i = 0; i < ids.size(); i++) {
            listener.token(ids.get(i).asLong(), topLogprobs < 0 ? null : logprobs(choice.path("logprobs"), i));
        }
        String reason = choice.path("finish_reason").asText("");
        if (reason.equals("abort") || reason.equals("error")) {
            throw Failure.of(Reason.STAGE_UNAVAILABLE, "the vllm engine broke off");
        }
        finished |= !reason.isEmpty() && !reason.equals("null");
    }

    private Logprobs logprobs(JsonNode logprobs, int token) {
        List<Map.Entry<Integer, Float>> top = new ArrayList<>();
        logprobs.path("top_logprobs").path(token).fields()
                .forEachRemaining(entry -> top.add(Map.entry(id(entry.getKey()), entry.getValue().floatValue())));
        top.sort(Map.Entry.<Integer, Float>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()));
        // Beside the likeliest, the chosen token is always said.
        int count = Math.min(top.size(), topLogprobs);
        int[] ids = new int[count];
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            ids[i] = top.get(i).getKey();
            values[i] = top.get(i).getValue();
        }
        return new Logprobs(logprobs.path("token_logprobs").path(token).floatValue(), ids, values);
    }

    private static int id(String token) {
        try {
            return Integer.parseInt(token.substring(TOKEN.length()));
        } catch (NumberFormatException | IndexOutOfBoundsException other) {
            throw Failure.of(Reason.INTERNAL, "the vllm engine names tokens by their text; it is too old");
        }
    }
}
