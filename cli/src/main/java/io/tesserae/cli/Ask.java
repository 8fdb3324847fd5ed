package io.tesserae.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks one question about pictures over HTTP and prints the answer as it streams. */
final class Ask {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data:";

    private final PrintStream out;
    private final PrintStream err;

    Ask(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Exit status: 0 where the answer came whole. */
    int run(AskOptions options) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(options.server().resolve("/v1/chat/completions"))
                .header("content-type", "application/json")
                .timeout(Duration.ofMinutes(5))
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body(options))))
                .build();
        HttpResponse<Stream<String>> response;
        try {
            response = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
                    .send(request, HttpResponse.BodyHandlers.ofLines());
        } catch (ConnectException refused) {
            err.println("tesserae: nothing answers at " + options.server() + " ('./tesserae up' starts it)");
            return 1;
        }
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() != 200) {
                err.println("tesserae: " + message(JSON.readTree(lines.collect(Collectors.joining("\n")))));
                return 1;
            }
            return print(lines);
        }
    }

    private int print(Stream<String> lines) throws IOException {
        for (String line : (Iterable<String>) lines::iterator) {
            if (!line.startsWith(DATA)) {
                continue;
            }
            String event = line.substring(DATA.length()).strip();
            if (event.equals("[DONE]")) {
                out.println();
                return 0;
            }
            JsonNode chunk = JSON.readTree(event);
            if (chunk.has("error")) {
                out.println();
                err.println("tesserae: " + message(chunk));
                return 1;
            }
            out.print(chunk.path("choices").path(0).path("delta").path("content").asText(""));
            out.flush();
        }
        out.println();
        err.println("tesserae: the answer broke off");
        return 1;
    }

    private static String message(JsonNode body) {
        return body.path("error").path("message").asText("the server answered without a message");
    }

    private static ObjectNode body(AskOptions options) throws IOException {
        ObjectNode body = JSON.createObjectNode().put("stream", true);
        if (options.maxTokens() > 0) {
            body.put("max_completion_tokens", options.maxTokens());
        }
        options.nerve().ifPresent(nerve -> body.putObject("tesserae").put("nerve", nerve));
        ArrayNode content = body.putArray("messages").addObject().put("role", "user").putArray("content");
        for (Path picture : options.pictures()) {
            String url = "data:" + mediaType(picture) + ";base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(picture));
            content.addObject().put("type", "image_url").putObject("image_url").put("url", url).put("detail", options.detail());
        }
        content.addObject().put("type", "text").put("text", options.question());
        return body;
    }

    /** What the server is told; it looks at the content itself. */
    private static String mediaType(Path picture) throws IOException {
        String type = Files.probeContentType(picture);
        return type == null || !type.startsWith("image/") ? "image/jpeg" : type;
    }
}
