import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.triton.ModelCard;
import io.tesserae.engines.triton.TritonEngine;
import io.tesserae.engines.triton.TritonOptions;
import java.util.Map;
import java.util.Random;
import java.util.Scanner;

/** Runs tiles through the triton engine, as many as each line of its input says, and says how many nanoseconds each took. Its first line names the outputs. */
public final class TileTimes {

    public static void main(String[] args) {
        Random random = new Random(1);
        float[] pixels = new float[3 * 384 * 384];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        try (TritonEngine engine = TritonEngine.open(TritonOptions.of(args[0], args[1]), ModelCard.unknown(), () -> { });
                Scanner asked = new Scanner(System.in)) {
            Map<String, Tensor> tile = Map.of("pixel_values", Tensor.ofFloats(pixels, 1, 3, 384, 384));
            System.out.println(String.join(" ", engine.outputs().keySet()));
            while (asked.hasNextInt()) {
                StringBuilder line = new StringBuilder();
                for (int tiles = asked.nextInt(); tiles > 0; tiles--) {
                    long started = System.nanoTime();
                    engine.run(tile, engine.outputs().keySet(), Cancellation.none());
                    line.append(System.nanoTime() - started).append(' ');
                }
                System.out.println(line);
            }
        }
    }
}
