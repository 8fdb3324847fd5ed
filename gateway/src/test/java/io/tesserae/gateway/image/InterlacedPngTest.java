package io.tesserae.gateway.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An interlaced PNG has the pixels of the same picture stored plainly; small sizes leave some passes empty. */
class InterlacedPngTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "1, 5", "3, 3", "4, 9", "5, 2", "8, 8", "9, 17", "45, 31", "64, 64"})
    void samePixelsAsPlain(int width, int height) throws IOException {
        for (int type : new int[] {BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_4BYTE_ABGR, BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_BYTE_BINARY, BufferedImage.TYPE_BYTE_INDEXED, BufferedImage.TYPE_USHORT_GRAY}) {
            BufferedImage image = new BufferedImage(width, height, type);
            Random random = new Random(type);
            for (int i = 0; i < width * height; i++) {
                image.setRGB(i % width, i / width, random.nextInt() | 0xff000000);
            }
            byte[] interlaced = png(image, true);
            assertEquals(1, interlaced[28], "not interlaced");
            assertArrayEquals(rgb(png(image, false)), rgb(interlaced), "type " + type);
        }
    }

    private static byte[] rgb(byte[] file) {
        PictureReader reader = new PictureReader(GoldenPictures.WIDE);
        return reader.pixels(file, reader.header(file)).rgb();
    }

    private static byte[] png(BufferedImage image, boolean interlaced) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
            writer.setOutput(out);
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setProgressiveMode(interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }
}
