package io.tesserae.endtoend;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Pictures that tests send. */
final class Pictures {

    private Pictures() {
    }

    /** A drawn picture: a disc on a ground, as a PNG file. */
    static byte[] disc(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(new Color(240, 240, 230));
        pen.fillRect(0, 0, width, height);
        pen.setColor(new Color(200, 30, 40));
        pen.fillOval(width / 4, height / 4, width / 2, height / 2);
        pen.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", file);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return file.toByteArray();
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A data URL. The server looks at the content, so the declared type need not be exact. */
    static String dataUrl(byte[] file) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
    }
}
