package io.tesserae.bench.gateway;

import io.tesserae.bench.doubles.Shape;
import io.vertx.core.buffer.Buffer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/** What is asked. */
final class Questions {

    /** Columns and rows of tiles, by how many tiles a picture is to have with its thumbnail. */
    private static final Map<Integer, int[]> GRIDS = Map.of(1, new int[] {1, 1}, 4, new int[] {3, 1}, 17, new int[] {4, 4});

    private static final AtomicInteger PICTURES = new AtomicInteger();

    private Questions() {
    }

    /** Words alone. */
    static Buffer words(int tokens, boolean stream) {
        return body("\"How are you today? Tell me at some length, please.\"", tokens, stream);
    }

    /** A picture that nobody has seen before, of that many tiles. */
    static Buffer picture(int tiles, int tokens, boolean stream) {
        String url = "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg(GRIDS.get(tiles)));
        return body("[{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + url + "\",\"detail\":\"high\"}},{\"type\":\"text\",\"text\":\"What is this?\"}]",
                tokens, stream);
    }

    private static Buffer body(String content, int tokens, boolean stream) {
        return Buffer.buffer("{\"stream\":" + stream + ",\"max_completion_tokens\":" + tokens
                + ",\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]}");
    }

    private static byte[] jpeg(int[] grid) {
        BufferedImage image = new BufferedImage(grid[0] * Shape.SIDE, grid[1] * Shape.SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        Random random = new Random(PICTURES.incrementAndGet());
        for (int blot = 0; blot < 200; blot++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            graphics.fillOval(random.nextInt(image.getWidth()), random.nextInt(image.getHeight()), 20 + random.nextInt(200), 20 + random.nextInt(200));
        }
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
