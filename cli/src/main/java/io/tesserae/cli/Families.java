package io.tesserae.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Prints what a running server has loaded, from {@code /v1/models}. */
final class Families {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;
    private final PrintStream err;

    Families(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Exit status: 0 where the server said what it has. Throws {@link IllegalArgumentException} on a wrong call. */
    int run(List<String> arguments) throws IOException, InterruptedException {
        URI server = server(arguments);
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/v1/models")).timeout(Duration.ofSeconds(30)).build();
        HttpResponse<String> response;
        try {
            response = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException refused) {
            err.println("tesserae: nothing answers at " + server + " ('./tesserae up' starts it)");
            return 1;
        }
        JsonNode body = JSON.readTree(response.body());
        if (response.statusCode() != 200) {
            err.println("tesserae: " + body.path("error").path("message").asText("the server answered without a message"));
            return 1;
        }
        body.path("data").forEach(this::print);
        return 0;
    }

    private static URI server(List<String> arguments) {
        if (arguments.isEmpty()) {
            return URI.create("http://localhost:8080");
        }
        if (arguments.size() != 2 || !arguments.get(0).equals("--url")) {
            throw new IllegalArgumentException("families takes --url and a URL, and nothing else");
        }
        return URI.create(arguments.get(1));
    }

    private void print(JsonNode model) {
        line("model", model.path("id").asText());
        line("family", model.path("family").asText());
        JsonNode eye = model.path("eye");
        line("eye", eye.isObject() ? part(eye) + tile(eye) : "not reached");
        JsonNode nerve = model.path("projector");
        line("nerve", nerve.isObject() ? part(nerve) : "not reached");
        line("brain", part(model.path("brain")));
        line("context", model.path("context").asText() + " tokens");
        int perTile = model.path("tokens_per_tile").asInt();
        line("a tile", perTile == 0 ? "tokens vary with its size" : perTile + " tokens");
        for (JsonNode cost : model.path("image_tokens")) {
            line("a picture", String.format(Locale.ROOT, "%d×%d: %d tokens with detail low, %d high, %d auto", cost.path("width").asInt(),
                    cost.path("height").asInt(), cost.path("low").asInt(), cost.path("high").asInt(), cost.path("auto").asInt()));
        }
        line("revision", model.path("revision").asText());
    }

    private static String part(JsonNode part) {
        String layers = part.has("layers") ? ", " + part.path("layers").asInt() + " layers" : "";
        return part.path("kind").asText("of a kind that its config does not name") + layers + ", " + part.path("precision").asText("?") + ", engine "
                + part.path("engine").asText("?");
    }

    private static String tile(JsonNode eye) {
        int width = eye.path("tile_width").asInt();
        return width == 0 ? ", tiles of any size" : ", tiles of " + width + "×" + eye.path("tile_height").asInt();
    }

    private void line(String name, String value) {
        out.printf("%-10s %s%n", name, value);
    }
}
