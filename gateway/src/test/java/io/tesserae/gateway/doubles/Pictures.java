package io.tesserae.gateway.doubles;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Pictures that are easy to recognise after their journey. */
public final class Pictures {

    private Pictures() {
    }

    /** A PNG of one shade of red. */
    public static byte[] png(int width, int height, int red) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(red, 0, 0));
        graphics.fillRect(0, 0, width, height);
        return written(image);
    }

    /** A PNG whose squares of 1000 pixels have the shades 10, 20, 30 … in reading order. */
    public static byte[] squares(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        int shade = 0;
        for (int y = 0; y < height; y += SquaresFamily.SIDE) {
            for (int x = 0; x < width; x += SquaresFamily.SIDE) {
                shade += 10;
                graphics.setColor(new Color(shade, 0, 0));
                graphics.fillRect(x, y, SquaresFamily.SIDE, SquaresFamily.SIDE);
            }
        }
        return written(image);
    }

    private static byte[] written(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** The same pixels in another file. */
    public static byte[] recompressed(byte[] png) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam stored = writer.getDefaultWriteParam();
        stored.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        stored.setCompressionQuality(0.9f);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(ImageIO.read(new ByteArrayInputStream(png)), null, null), stored);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** As a data: URL. */
    public static String url(byte[] png) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
    }
}
