package io.tesserae.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Asks over HTTP, as any client would, and listens to the end. Thread-safe. */
public final class Asker {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
    private final URI chat;
    private final Duration patience;

    /** @param patience after which a question counts as lost */
    public Asker(URI server, Duration patience) {
        this.chat = server.resolve("/v1/chat/completions");
        this.patience = patience;
    }

    /** The answer, or why there is none. */
    public Heard ask(JsonNode body) {
        long start = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(chat).timeout(patience).header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())).build();
        try {
            HttpResponse<Stream<String>> response = client.send(request, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() != 200) {
                    return Heard.nothing("status " + response.statusCode() + ": " + lines.reduce("", String::concat), millis(start));
                }
                return body.path("stream").asBoolean() ? streamed(lines, start) : whole(lines.reduce("", String::concat), start);
            }
        } catch (IOException | java.io.UncheckedIOException broken) {
            return Heard.nothing(broken.getClass().getSimpleName() + ": " + broken.getMessage(), millis(start));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Heard.nothing("interrupted", millis(start));
        }
    }

    private static double millis(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static Heard whole(String text, long start) throws IOException {
        JsonNode answer = JSON.readTree(text);
        Map<Integer, Telling> tellings = new TreeMap<>();
        answer.path("choices").forEach(choice -> tellings.computeIfAbsent(choice.path("index").asInt(), index -> new Telling())
                .add(choice, choice.path("message").path("content")));
        return new Heard("", tellings.values().stream().map(Telling::choice).toList(), usage(answer), millis(start), millis(start));
    }

    private static Heard streamed(Stream<String> lines, long start) throws IOException {
        Map<Integer, Telling> tellings = new TreeMap<>();
        String usage = "";
        String trouble = "the stream ended without [DONE]";
        double first = 0;
        for (var each = lines.iterator(); each.hasNext();) {
            String line = each.next();
            if (line.equals("data: [DONE]")) {
                trouble = "";
            } else if (line.startsWith("data: ")) {
                JsonNode event = JSON.readTree(line.substring("data: ".length()));
                if (event.has("error")) {
                    return Heard.nothing("error event " + event.path("error"), millis(start));
                }
                first = first == 0 ? millis(start) : first;
                event.path("choices").forEach(choice -> tellings.computeIfAbsent(choice.path("index").asInt(), index -> new Telling())
                        .add(choice, choice.path("delta").path("content")));
                usage = event.path("usage").isObject() ? usage(event) : usage;
            }
        }
        return new Heard(trouble, tellings.values().stream().map(Telling::choice).toList(), usage, first, millis(start));
    }

    private static String usage(JsonNode answer) {
        JsonNode usage = answer.path("usage");
        return usage.path("prompt_tokens").asInt() + "+" + usage.path("completion_tokens").asInt();
    }

    /** One choice as it comes. */
    private static final class Telling {

        private final StringBuilder text = new StringBuilder();
        private final List<Long> tokens = new ArrayList<>();
        private final List<Double> logprobs = new ArrayList<>();
        private String reason = "";

        void add(JsonNode choice, JsonNode content) {
            text.append(content.isTextual() ? content.asText() : "");
            choice.path("token_ids").forEach(id -> tokens.add(id.asLong()));
            choice.path("logprobs").path("content").forEach(token -> logprobs.add(token.path("logprob").asDouble()));
            reason = choice.path("finish_reason").isTextual() ? choice.path("finish_reason").asText() : reason;
        }

        Heard.Choice choice() {
            return new Heard.Choice(text.toString(), tokens, reason, logprobs);
        }
    }
}
