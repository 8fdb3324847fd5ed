package io.tesserae.llm.remote.vllm;

import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Float16;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * One tensor as {@code torch.save} writes it and {@code torch.load(weights_only=True)} reads it: a zip of a pickle that says kind and shape, the bare elements,
 * and two notes on the format. Nothing is compressed.
 */
final class TorchFile {

    private TorchFile() {
    }

    /**
     * Writes a matrix and closes the stream.
     *
     * @param matrix [row, column] in float32
     * @param kind   FLOAT32, FLOAT16 or BFLOAT16: what its elements are written as
     */
    static void write(Tensor matrix, ElementKind kind, OutputStream out) throws IOException {
        byte[] elements = elements(matrix, kind);
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "data.pkl", pickle(kind, matrix.extent(0), matrix.extent(1)));
            entry(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
            entry(zip, "data/0", elements);
            entry(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry("archive/" + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] elements(Tensor matrix, ElementKind kind) {
        byte[] bytes = new byte[Math.toIntExact(Tensor.elements(matrix.shape()) * kind.bytes())];
        ByteBuffer into = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (kind) {
            case FLOAT32, FLOAT16 -> Float16.write(matrix, kind, into);
            case BFLOAT16 -> {
                ByteBuffer from = matrix.data();
                for (int i = 0; i < bytes.length / 2; i++) {
                    into.putShort(2 * i, toBrain(from.getFloat(4 * i)));
                }
            }
            default -> throw new IllegalArgumentException("embeddings are sent as float32, float16 or bfloat16, not " + kind);
        }
        return bytes;
    }

    /** The nearest bfloat16, ties to even, as torch rounds. */
    static short toBrain(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    /** {@code torch._utils._rebuild_tensor_v2(storage, 0, (rows, columns), (columns, 1), False, OrderedDict())} in pickle's protocol 2. */
    private static byte[] pickle(ElementKind kind, long rows, long columns) {
        String storage = switch (kind) {
            case FLOAT32 -> "FloatStorage";
            case FLOAT16 -> "HalfStorage";
            default -> "BFloat16Storage";
        };
        Pickle pickle = new Pickle();
        pickle.global("torch._utils", "_rebuild_tensor_v2");
        pickle.mark();
        pickle.mark();
        pickle.text("storage");
        pickle.global("torch", storage);
        pickle.text("0");
        pickle.text("cpu");
        pickle.number(rows * columns);
        pickle.op("tQ"); // tuple, then the storage that it names
        pickle.number(0);
        pickle.number(rows);
        pickle.number(columns);
        pickle.op("\u0086"); // tuple of two
        pickle.number(columns);
        pickle.number(1);
        pickle.op("\u0086");
        pickle.op("\u0089"); // False
        pickle.global("collections", "OrderedDict");
        pickle.op(")Rt"); // empty tuple, call; tuple of all since the first mark
        pickle.op("R."); // call, end
        return pickle.bytes();
    }

    /** The few of pickle's opcodes that are needed. */
    private static final class Pickle {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickle() {
            op("\u0080\u0002"); // protocol 2
        }

        void op(String codes) {
            out.writeBytes(codes.getBytes(StandardCharsets.ISO_8859_1));
        }

        void mark() {
            op("(");
        }

        void global(String module, String name) {
            op("c" + module + "\n" + name + "\n");
        }

        void text(String ascii) {
            op("X");
            out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(ascii.length()).array());
            op(ascii);
        }

        /** Four bytes, signed. The decimal form is refused by torch's own careful reader. */
        void number(long value) {
            op("J");
            out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(Math.toIntExact(value)).array());
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
