package io.tesserae.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * What is asked: words and pictures, greedy and sampled by a seed, with stop strings, penalties, log-probabilities and several choices, whole and
 * streamed. Every question has one right answer for one model.
 */
public final class Script {

    /** A question and what it is there for. */
    public record Question(String name, ObjectNode body) {
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private Script() {
    }

    /** The questions, of which the longest are streams that somebody's death is likely to fall into. */
    public static List<Question> mixed() {
        List<Question> script = new ArrayList<>();
        script.add(new Question("words, greedy", streamed(words("What is the capital of France?", 16).put("temperature", 0))));
        script.add(new Question("words, seeded", streamed(words("Tell me a story about a fox.", 48)
                .put("seed", 7).put("temperature", 0.9).put("top_p", 0.95).put("ignore_eos", true))));
        ObjectNode stops = streamed(words("List the days of the week.", 40).put("temperature", 0).put("logprobs", true).put("top_logprobs", 2));
        stops.putArray("stop").add("Friday").add("\n\n\n");
        script.add(new Question("words, stop strings and log-probabilities", stops));
        script.add(new Question("words, penalties", streamed(words("Name some colours and animals.", 48).put("seed", 11).put("temperature", 0.8)
                .put("frequency_penalty", 0.5).put("presence_penalty", 0.4).put("repetition_penalty", 1.1).put("ignore_eos", true))));
        script.add(new Question("words, two choices", words("Say something nice.", 24).put("seed", 3).put("temperature", 1).put("n", 2)));
        script.add(new Question("words, long", streamed(words("Write a long letter to a friend.", 120)
                .put("seed", 5).put("temperature", 0.7).put("ignore_eos", true))));
        script.add(new Question("picture, greedy", streamed(picture(1, 320, 240, "low", 16).put("temperature", 0))));
        script.add(new Question("picture, seeded", streamed(picture(2, 400, 300, "low", 48).put("seed", 13).put("temperature", 0.8)
                .put("top_k", 40).put("ignore_eos", true))));
        script.add(new Question("tiles, whole", picture(3, 900, 600, "high", 12).put("temperature", 0)));
        script.add(new Question("tiles, streamed", streamed(picture(4, 1000, 500, "high", 32).put("seed", 17).put("temperature", 0.6).put("ignore_eos", true))));
        return script;
    }

    private static ObjectNode words(String question, int tokens) {
        ObjectNode body = body(tokens);
        body.putArray("messages").addObject().put("role", "user").put("content", question);
        return body;
    }

    private static ObjectNode picture(int seed, int width, int height, String detail, int tokens) {
        ObjectNode body = body(tokens);
        ArrayNode content = body.putArray("messages").addObject().put("role", "user").putArray("content");
        content.addObject().put("type", "image_url").putObject("image_url").put("detail", detail)
                .put("url", "data:image/png;base64," + Base64.getEncoder().encodeToString(png(seed, width, height)));
        content.addObject().put("type", "text").put("text", "What is in this picture?");
        return body;
    }

    private static ObjectNode body(int tokens) {
        return JSON.createObjectNode().put("max_completion_tokens", tokens).put("return_token_ids", true);
    }

    private static ObjectNode streamed(ObjectNode body) {
        body.put("stream", true).putObject("stream_options").put("include_usage", true);
        return body;
    }

    private static byte[] png(int seed, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        Random random = new Random(seed);
        for (int blot = 0; blot < 40; blot++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            graphics.fillOval(random.nextInt(width), random.nextInt(height), 20 + random.nextInt(width / 3), 20 + random.nextInt(height / 3));
        }
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
