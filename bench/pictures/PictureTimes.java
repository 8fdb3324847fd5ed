import io.tesserae.families.Pixels;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import io.tesserae.gateway.image.PictureLimits;
import io.tesserae.gateway.image.PictureReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.StringJoiner;
import java.util.function.Supplier;

/** Decodes and resizes one picture as the gateway does, and prints how long each took, in milliseconds, as JSON. */
public final class PictureTimes {

    /** Arguments: the picture, how often to warm up, how often to measure, and the size to resize to. */
    public static void main(String[] args) throws Exception {
        byte[] file = Files.readAllBytes(Path.of(args[0]));
        int warm = Integer.parseInt(args[1]);
        int measured = Integer.parseInt(args[2]);
        PictureReader reader = new PictureReader(new PictureLimits(Integer.MAX_VALUE, 1 << 28, 1 << 16));
        Supplier<Pixels> decode = () -> reader.pixels(file, reader.header(file));
        long begun = System.nanoTime();
        Pixels picture = decode.get();
        double first = (System.nanoTime() - begun) / 1e6;
        Supplier<Pixels> resize = () -> Resampler.resize(picture, Integer.parseInt(args[3]), Integer.parseInt(args[4]), Filter.LANCZOS);
        System.out.printf("{\"first_ms\": %.2f, \"decode_ms\": %s, \"resize_ms\": %s, \"sha256\": \"%s\", \"resized_sha256\": \"%s\", \"cpu_s\": %.2f}%n", first,
                times(decode, warm, measured), times(resize, warm / 4, measured), sha256(picture), sha256(resize.get()),
                ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9);
    }

    private static String times(Supplier<Pixels> work, int warm, int measured) {
        StringJoiner times = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < warm + measured; i++) {
            long begun = System.nanoTime();
            work.get();
            if (i >= warm) {
                times.add(String.format("%.2f", (System.nanoTime() - begun) / 1e6));
            }
        }
        return times.toString();
    }

    private static String sha256(Pixels pixels) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pixels.rgb()));
    }
}
