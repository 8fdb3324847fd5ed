package io.tesserae.endtoend;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random checkpoints made and run by transformers, exported, and asked over HTTP: the greedy token ids must be the same and
 * the first step's log-probabilities within 1e-3. The golden files say which versions and which script made them.
 */
class ParityIT {

    private static final Path FIXTURES = RunningSystem.ROOT.resolve("end-to-end/fixtures");
    private static final double LOGPROB_TOLERANCE = 1e-3;
    private static final List<String> APART = List.of("idefics3-random", "llava-random", "llava_next-random", "qwen3-vl-random", "gemma3-random",
            "instructblip-random");

    private int pictures;
    private int tokens;
    private double largestDifference;

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("systems")
    void greedyTokensAreThoseOfTransformers(String model, String deployment) throws IOException {
        JsonNode golden = ChatCalls.JSON.readTree(FIXTURES.resolve("golden/" + model + ".json").toFile());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        Function<Path, RunningSystem> start = deployment.equals("split") ? SplitSystem::new : AllInOneSystem::new;
        try (RunningSystem system = start.apply(FIXTURES.resolve("models/" + model))) {
            ChatCalls chat = new ChatCalls(system.http());
            int maxTokens = golden.get("max_tokens").asInt();
            assertAll(model, StreamSupport.stream(golden.get("cases").spliterator(), false)
                    .map(example -> () -> compare(example, chat, maxTokens)));
            List<CompletableFuture<List<Long>>> atOnce = StreamSupport.stream(golden.get("cases").spliterator(), false)
                    .map(example -> CompletableFuture.supplyAsync(() -> greedyIds(example, chat, maxTokens), threads))
                    .toList();
            assertEquals(StreamSupport.stream(golden.get("cases").spliterator(), false).map(example -> ids(example.get("tokens"))).toList(),
                    atOnce.stream().map(CompletableFuture::join).toList(), "batched with others, every request has its own answer");
        } finally {
            threads.shutdownNow();
        }
        report(model, deployment, golden);
    }

    /** Every family's model in one process; apart, those whose stages tell each other more than tiles. */
    static Stream<Arguments> systems() throws IOException {
        try (Stream<Path> folders = Files.list(FIXTURES.resolve("models"))) {
            List<String> models = folders.map(folder -> folder.getFileName().toString()).filter(name -> name.endsWith("-random")).sorted().toList();
            return Stream.concat(models.stream().map(model -> Arguments.of(model, "all-in-one")), APART.stream().map(model -> Arguments.of(model, "split")));
        }
    }

    private static List<Long> greedyIds(JsonNode example, ChatCalls chat, int maxTokens) {
        return ids(chat.answer(request(example, maxTokens)).at("/choices/0/token_ids"));
    }

    private void compare(JsonNode example, ChatCalls chat, int maxTokens) {
        String name = example.get("name").asText();
        JsonNode answer = chat.answer(request(example, maxTokens));
        assertEquals(example.get("prompt_ids").size(), ChatCalls.promptTokens(answer), name + ": prompt tokens");
        assertEquals(example.get("tiles").asInt(), answer.at("/timings/tiles").asInt(), name + ": tiles");
        assertEquals(ids(example.get("tokens")), ids(answer.at("/choices/0/token_ids")), name + ": greedy tokens");
        assertEquals(example.get("finish").asText(), answer.at("/choices/0/finish_reason").asText(), name + ": finish reason");
        assertEquals(example.get("text").asText(), ChatCalls.text(answer), name + ": text");
        compareFirstStep(name, example.get("first_top"), answer.at("/choices/0/logprobs/content/0"));
        pictures += example.get("tiles").asInt() > 0 ? 1 : 0;
        tokens += example.get("tokens").size();
    }

    /** Golden rows are [id, logit, log-probability], likeliest first. Alternatives are compared in order of likelihood. */
    private void compareFirstStep(String name, JsonNode golden, JsonNode step) {
        JsonNode top = step.get("top_logprobs");
        assertEquals(20, top.size(), name + ": alternatives");
        for (int i = 0; i < top.size(); i++) {
            double difference = Math.abs(golden.get(i).get(2).asDouble() - top.get(i).get("logprob").asDouble());
            largestDifference = Math.max(largestDifference, difference);
            assertTrue(difference <= LOGPROB_TOLERANCE, name + ": alternative " + i + " differs by " + difference);
        }
    }

    private static ObjectNode request(JsonNode example, int maxTokens) {
        ObjectNode body = ChatCalls.JSON.createObjectNode().put("temperature", 0).put("max_completion_tokens", maxTokens)
                .put("return_token_ids", true).put("logprobs", true).put("top_logprobs", 20);
        ArrayNode messages = body.putArray("messages");
        for (JsonNode message : example.get("messages")) {
            ArrayNode content = messages.addObject().put("role", message.get("role").asText()).putArray("content");
            JsonNode parts = message.get("content");
            if (parts.isTextual()) {
                content.addObject().put("type", "text").put("text", parts.asText());
            } else {
                parts.forEach(part -> addPart(content.addObject(), part));
            }
        }
        return body;
    }

    private static void addPart(ObjectNode target, JsonNode part) {
        if (part.get("type").asText().equals("text")) {
            target.put("type", "text").put("text", part.get("text").asText());
            return;
        }
        byte[] file = Pictures.read(FIXTURES.resolve("pictures/" + part.get("picture").asText()));
        target.put("type", "image_url").putObject("image_url").put("url", Pictures.dataUrl(file)).put("detail", part.get("detail").asText());
    }

    private static List<Long> ids(JsonNode array) {
        List<Long> ids = new ArrayList<>();
        array.forEach(id -> ids.add(id.asLong()));
        return ids;
    }

    private void report(String model, String deployment, JsonNode golden) throws IOException {
        Path figures = RunningSystem.ROOT.resolve("end-to-end/target/figures");
        Files.createDirectories(figures);
        Files.writeString(figures.resolve("parity-" + model + "-" + deployment + ".txt"), String.format(java.util.Locale.ROOT,
                "parity with transformers %s: %s, %s: %d requests with pictures, %d tokens, all equal, alone and eight at once; first step's log-probabilities within %.1e%n",
                golden.get("transformers").asText(), model, deployment, pictures, tokens, largestDifference));
    }
}
