package io.tesserae.vision;

import com.google.protobuf.ByteString;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.batching.RowPart;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** A tile's share of a batch, [3, height, width]: its bytes are normalised on their way into the batch, so that no copy of the numbers is made before. */
record TilePixels(int width, int height, ByteString rgb, Normalisation normalisation) implements RowPart {

    private static final int CHANNELS = 3;

    @Override
    public ElementKind kind() {
        return ElementKind.FLOAT32;
    }

    @Override
    public long[] shape() {
        return new long[] {CHANNELS, height, width};
    }

    @Override
    public void writeTo(ByteBuffer target) {
        FloatBuffer planes = target.asFloatBuffer();
        byte[] line = new byte[width * CHANNELS];
        float[] values = new float[width];
        for (int y = 0; y < height; y++) {
            rgb.copyTo(line, y * line.length, 0, line.length);
            for (int channel = 0; channel < CHANNELS; channel++) {
                float[] table = normalisation.channel(channel);
                for (int x = 0; x < width; x++) {
                    values[x] = table[line[x * CHANNELS + channel] & 0xff];
                }
                planes.put((channel * height + y) * width, values);
            }
        }
    }
}
