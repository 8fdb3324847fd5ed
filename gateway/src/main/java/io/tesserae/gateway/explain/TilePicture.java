package io.tesserae.gateway.explain;

import io.tesserae.families.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** A tile as a picture file, pixel for pixel as the eye gets it. */
public final class TilePicture {

    private TilePicture() {
    }

    /** As PNG. */
    public static byte[] png(Pixels tile) {
        BufferedImage image = new BufferedImage(tile.width(), tile.height(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[tile.width()];
        for (int y = 0; y < tile.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                int at = (y * tile.width() + x) * 3;
                row[x] = (tile.rgb()[at] & 0xff) << 16 | (tile.rgb()[at + 1] & 0xff) << 8 | tile.rgb()[at + 2] & 0xff;
            }
            image.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return file.toByteArray();
    }
}
