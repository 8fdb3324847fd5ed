package io.tesserae.gateway.image.jpeg;

import io.tesserae.gateway.image.Cursor;
import io.tesserae.gateway.image.Unreadable;

/** The tables that a scan finds in place: each segment replaces those that it names. */
final class Tables {

    private static final int DHT = 0xc4;
    private static final int DQT = 0xdb;
    private static final int DRI = 0xdd;

    private final HuffmanTable[] dc = new HuffmanTable[4];
    private final HuffmanTable[] ac = new HuffmanTable[4];
    /** In zigzag order, 64 each. */
    private final int[][] quantization = new int[4][];
    private int restartInterval;

    /** Has what a sequential picture may leave out in place. */
    void expectUsual() {
        for (int i = 0; i < 4; i++) {
            dc[i] = dc[i] == null ? UsualTables.dc(i) : dc[i];
            ac[i] = ac[i] == null ? UsualTables.ac(i) : ac[i];
        }
    }

    /** Takes a segment if it is one of tables. */
    void take(int marker, Cursor body) {
        switch (marker) {
            case DHT -> readHuffman(body);
            case DQT -> readQuantization(body);
            case DRI -> restartInterval = body.u16be();
            default -> {
            }
        }
    }

    private void readHuffman(Cursor body) {
        while (body.left() > 16) {
            int which = body.u8();
            if ((which & 0xec) != 0) {
                throw Unreadable.because("a JPEG's Huffman table has the number " + which);
            }
            (which < 16 ? dc : ac)[which & 3] = new HuffmanTable(body);
        }
    }

    private void readQuantization(Cursor body) {
        while (body.left() > 0) {
            int which = body.u8();
            if ((which & 15) > 3) {
                throw Unreadable.because("a JPEG's quantization table has the number " + which);
            }
            int[] steps = new int[64];
            for (int i = 0; i < 64; i++) {
                steps[i] = which >> 4 == 0 ? body.u8() : body.u16be();
            }
            quantization[which & 15] = steps;
        }
    }

    HuffmanTable dc(int number) {
        HuffmanTable table = there(number > 3 ? null : dc[number]);
        if (!table.isForDc()) {
            throw Unreadable.because("a JPEG's Huffman table for DC has symbols for AC");
        }
        return table;
    }

    HuffmanTable ac(int number) {
        return there(number > 3 ? null : ac[number]);
    }

    /** Steps in zigzag order, [64]; never changed afterwards. */
    int[] quantization(int number) {
        return there(number > 3 ? null : quantization[number]);
    }

    /** MCUs between restart markers; 0 if there are none. */
    int restartInterval() {
        return restartInterval;
    }

    private static <T> T there(T table) {
        if (table == null) {
            throw Unreadable.because("the JPEG lacks a table");
        }
        return table;
    }
}
