package io.tesserae.gateway.image.jpeg;

import io.tesserae.gateway.image.Cursor;
import io.tesserae.gateway.image.Unreadable;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scan's header says.
 *
 * @param parts    its components, in the order of their blocks in an MCU
 * @param first    first coefficient in zigzag order, of a progressive scan
 * @param last     last coefficient
 * @param highBit  bit that was sent before, plus one; 0 in a coefficient's first scan
 * @param lowBit   lowest bit that this scan sends
 */
record Scan(List<Part> parts, int first, int last, int highBit, int lowBit) {

    /** A component with the numbers of its Huffman tables. */
    record Part(Component component, int dc, int ac) {
    }

    static Scan of(JpegFrame frame, Cursor in) {
        int count = in.u8();
        if (count < 1 || count > 4) {
            throw Unreadable.because("a JPEG's scan has " + count + " components");
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = in.u8();
            int tables = in.u8();
            Component named = frame.components().stream()
                    .filter(component -> component.id() == id && parts.stream().noneMatch(part -> part.component == component))
                    .findFirst().orElseThrow(() -> Unreadable.because("a JPEG's scan names a component that the frame lacks"));
            parts.add(new Part(named, tables >> 4, tables & 15));
        }
        JpegFrame.judgeMcu(parts.stream().map(Part::component).toList());
        int first = in.u8();
        int last = in.u8();
        int bits = in.u8();
        Scan scan = new Scan(parts, first, last, bits >> 4, bits & 15);
        if (frame.progressive()) {
            scan.judgeProgression();
        }
        return scan;
    }

    private void judgeProgression() {
        boolean bandOk = first == 0 ? last == 0 : first <= last && last < 64 && parts.size() == 1;
        boolean bitsOk = lowBit <= 13 && (highBit == 0 || lowBit == highBit - 1);
        if (!bandOk || !bitsOk) {
            throw Unreadable.because("a JPEG's scan sends coefficients " + first + " to " + last + ", bits " + highBit + " to " + lowBit);
        }
    }

    boolean refines() {
        return highBit != 0;
    }
}
