package io.tesserae.gateway.image.jpeg;

import io.tesserae.gateway.image.Cursor;
import io.tesserae.gateway.image.Unreadable;
import java.util.ArrayList;
import java.util.List;

/** What a frame header says. */
public final class JpegFrame {

    private static final int MOST_BLOCKS_IN_AN_MCU = 10;

    private final boolean progressive;
    private final boolean huffman;
    private final int width;
    private final int height;
    private final int mostHorizontal;
    private final int mostVertical;
    private final List<Component> components;

    /** Reads the segment's body; {@code marker} is the second byte of its marker, 0xc0 to 0xcf. Judges nothing but what it must. */
    public JpegFrame(int marker, Cursor in) {
        progressive = (marker & 3) == 2;
        huffman = marker <= 0xc2;
        int depth = in.u8();
        if (depth != 8) {
            throw Unreadable.because("the JPEG has " + depth + " bits a sample");
        }
        height = in.u16be();
        width = in.u16be();
        int count = in.u8();
        if (count != 1 && count != 3 && count != 4) {
            throw Unreadable.because("the JPEG has " + count + " components");
        }
        int[] sampling = new int[count];
        int[] ids = new int[count];
        int[] quantization = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = in.u8();
            sampling[i] = in.u8();
            quantization[i] = in.u8();
        }
        if (count == 1) {
            sampling[0] = 0x11; // Alone it fills the picture, whatever its factors are.
        }
        int across = 1;
        int down = 1;
        for (int factors : sampling) {
            across = Math.max(across, factors >> 4);
            down = Math.max(down, factors & 15);
        }
        mostHorizontal = across;
        mostVertical = down;
        components = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            components.add(component(i, ids[i], sampling[i] >> 4, sampling[i] & 15, quantization[i]));
        }
    }

    private Component component(int index, int id, int h, int v, int quantization) {
        return new Component(index, id, h, v, quantization, ceil(width * h, mostHorizontal), ceil(height * v, mostVertical),
                mcusWide() * h, mcusHigh() * v);
    }

    /** Fails with IMAGE_UNREADABLE where the frame is of a kind that is not read. */
    void judge() {
        if (!huffman) {
            throw Unreadable.because("the JPEG is lossless, hierarchical or arithmetically coded, which is not supported");
        }
        for (Component component : components) {
            int h = component.horizontal();
            int v = component.vertical();
            if (h < 1 || h > 4 || v < 1 || v > 4) {
                throw Unreadable.because("the JPEG has a sampling factor of " + h + "x" + v);
            }
            if (mostHorizontal % h != 0 || mostVertical % v != 0) {
                throw Unreadable.because("the JPEG's sampling factors are no multiples of each other");
            }
        }
    }

    /** Fails where an MCU of these components has more blocks than the format allows. */
    static void judgeMcu(List<Component> scanned) {
        int blocks = scanned.stream().mapToInt(component -> component.horizontal() * component.vertical()).sum();
        if (scanned.size() > 1 && blocks > MOST_BLOCKS_IN_AN_MCU) {
            throw Unreadable.because("the JPEG has " + blocks + " blocks in an MCU");
        }
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    public int componentCount() {
        return components.size();
    }

    /** The ids that the components have in this file. */
    public int[] ids() {
        return components.stream().mapToInt(Component::id).toArray();
    }

    boolean progressive() {
        return progressive;
    }

    List<Component> components() {
        return components;
    }

    int mostHorizontal() {
        return mostHorizontal;
    }

    int mostVertical() {
        return mostVertical;
    }

    int mcusWide() {
        return ceil(width, 8 * mostHorizontal);
    }

    int mcusHigh() {
        return ceil(height, 8 * mostVertical);
    }

    long blocks() {
        return components.stream().mapToLong(component -> (long) component.blocksWide() * component.blocksHigh()).sum();
    }

    private static int ceil(int value, int by) {
        return (value + by - 1) / by;
    }
}
