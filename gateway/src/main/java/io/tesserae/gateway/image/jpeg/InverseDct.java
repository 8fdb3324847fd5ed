package io.tesserae.gateway.image.jpeg;

import java.util.Arrays;

/**
 * The accurate integer inverse transform of libjpeg (ISLOW; after Loeffler, Ligtenberg and Moschytz 1989): 13-bit constants, columns
 * then rows, two more bits kept between the passes. Its sums are exact, so that their order is free.
 */
final class InverseDct {

    private static final int BITS = 13;
    private static final int KEPT = 2;
    private static final int COLUMN_SHIFT = BITS - KEPT;
    private static final int ROW_SHIFT = BITS + KEPT + 3;
    private static final int ROW_HALF = (1 << ROW_SHIFT - 1) + (128 << ROW_SHIFT);
    private static final int COLUMN_HALF = 1 << COLUMN_SHIFT - 1;

    /** Zigzag place of the first coefficient in a block's right half. */
    static final int FIRST_ON_THE_RIGHT = 14;

    private static final int C_0_298 = 2446;
    private static final int C_0_390 = 3196;
    private static final int C_0_541 = 4433;
    private static final int C_0_765 = 6270;
    private static final int C_0_899 = 7373;
    private static final int C_1_175 = 9633;
    private static final int C_1_501 = 12299;
    private static final int C_1_847 = 15137;
    private static final int C_1_961 = 16069;
    private static final int C_2_053 = 16819;
    private static final int C_2_562 = 20995;
    private static final int C_3_072 = 25172;

    private InverseDct() {
    }

    /**
     * Eight rows of samples to be written.
     *
     * @param even where the even samples of each row go
     * @param odd  where the odd ones go; the same arrays if they are not kept apart
     * @param step from an even sample to the next in its array
     */
    record Rows(int[][] even, int[][] odd, int step) {

        static Rows whole(int[][] rows) {
            return new Rows(rows, rows, 2);
        }

        /** Of arrays that hold a row's even samples and its odd ones by turns. */
        static Rows split(int[][] halves) {
            int[][] even = new int[8][];
            int[][] odd = new int[8][];
            for (int i = 0; i < 8; i++) {
                even[i] = halves[2 * i];
                odd[i] = halves[2 * i + 1];
            }
            return new Rows(even, odd, 1);
        }

        private int firstOdd(int firstEven) {
            return even == odd ? firstEven + 1 : firstEven;
        }
    }

    /**
     * The samples of one block, not yet limited to 0 to 255.
     *
     * @param coefficients dequantized, row after row, from {@code block} on
     * @param between      room for 64 values
     * @param last         below {@link #FIRST_ON_THE_RIGHT} where the right half of every row is zero
     * @param place        the block's place in its row of blocks
     */
    static void block(short[] coefficients, int block, int last, int[] between, Rows to, int place) {
        boolean leftOnly = last < FIRST_ON_THE_RIGHT;
        for (int i = 0; i < (leftOnly ? 4 : 8); i++) {
            column(coefficients, block + i, between, i);
        }
        int even = 4 * to.step * place;
        int odd = to.firstOdd(even);
        for (int i = 0; i < 8; i++) {
            if (leftOnly) {
                leftRow(between, 8 * i, to.even[i], even, to.odd[i], odd, to.step);
            } else {
                row(between, 8 * i, to.even[i], even, to.odd[i], odd, to.step);
            }
        }
    }

    /** A block of one value: the first coefficient alone. */
    static void flat(int first, Rows to, int place) {
        int value = (first * 4 + 16 >> 5) + 128;
        int from = 4 * to.step * place;
        for (int i = 0; i < 8; i++) {
            Arrays.fill(to.even[i], from, from + 4 * to.step, value);
            if (to.even != to.odd) {
                Arrays.fill(to.odd[i], from, from + 4, value);
            }
        }
    }

    private static void column(short[] in, int at, int[] to, int column) {
        int i0 = in[at];
        int i1 = in[at + 8];
        int i2 = in[at + 16];
        int i3 = in[at + 24];
        int i4 = in[at + 32];
        int i5 = in[at + 40];
        int i6 = in[at + 48];
        int i7 = in[at + 56];
        if ((i1 | i2 | i3 | i4 | i5 | i6 | i7) == 0) {
            int value = i0 << KEPT;
            for (int i = column; i < 64; i += 8) {
                to[i] = value;
            }
            return;
        }
        int sum = (i0 + i4 << BITS) + COLUMN_HALF;
        int difference = (i0 - i4 << BITS) + COLUMN_HALF;
        int e3 = i2 * (C_0_541 + C_0_765) + i6 * C_0_541;
        int e2 = i2 * C_0_541 + i6 * (C_0_541 - C_1_847);
        int a = i7 + i3;
        int b = i5 + i1;
        int za = a * (C_1_175 - C_1_961) + b * C_1_175;
        int zb = a * C_1_175 + b * (C_1_175 - C_0_390);
        int o0 = i7 * (C_0_298 - C_0_899) - i1 * C_0_899 + za;
        int o1 = i5 * (C_2_053 - C_2_562) - i3 * C_2_562 + zb;
        int o2 = i3 * (C_3_072 - C_2_562) - i5 * C_2_562 + za;
        int o3 = i1 * (C_1_501 - C_0_899) - i7 * C_0_899 + zb;
        to[column] = sum + e3 + o3 >> COLUMN_SHIFT;
        to[column + 56] = sum + e3 - o3 >> COLUMN_SHIFT;
        to[column + 8] = difference + e2 + o2 >> COLUMN_SHIFT;
        to[column + 48] = difference + e2 - o2 >> COLUMN_SHIFT;
        to[column + 16] = difference - e2 + o1 >> COLUMN_SHIFT;
        to[column + 40] = difference - e2 - o1 >> COLUMN_SHIFT;
        to[column + 24] = sum - e3 + o0 >> COLUMN_SHIFT;
        to[column + 32] = sum - e3 - o0 >> COLUMN_SHIFT;
    }

    private static void row(int[] in, int at, int[] evens, int even, int[] odds, int odd, int step) {
        int i0 = in[at];
        int i1 = in[at + 1];
        int i2 = in[at + 2];
        int i3 = in[at + 3];
        int i4 = in[at + 4];
        int i5 = in[at + 5];
        int i6 = in[at + 6];
        int i7 = in[at + 7];
        int sum = (i0 + i4 << BITS) + ROW_HALF;
        int difference = (i0 - i4 << BITS) + ROW_HALF;
        int e3 = i2 * (C_0_541 + C_0_765) + i6 * C_0_541;
        int e2 = i2 * C_0_541 + i6 * (C_0_541 - C_1_847);
        int a = i7 + i3;
        int b = i5 + i1;
        int za = a * (C_1_175 - C_1_961) + b * C_1_175;
        int zb = a * C_1_175 + b * (C_1_175 - C_0_390);
        int o0 = i7 * (C_0_298 - C_0_899) - i1 * C_0_899 + za;
        int o1 = i5 * (C_2_053 - C_2_562) - i3 * C_2_562 + zb;
        int o2 = i3 * (C_3_072 - C_2_562) - i5 * C_2_562 + za;
        int o3 = i1 * (C_1_501 - C_0_899) - i7 * C_0_899 + zb;
        evens[even] = sum + e3 + o3 >> ROW_SHIFT;
        odds[odd] = difference + e2 + o2 >> ROW_SHIFT;
        evens[even + step] = difference - e2 + o1 >> ROW_SHIFT;
        odds[odd + step] = sum - e3 + o0 >> ROW_SHIFT;
        evens[even + 2 * step] = sum - e3 - o0 >> ROW_SHIFT;
        odds[odd + 2 * step] = difference - e2 - o1 >> ROW_SHIFT;
        evens[even + 3 * step] = difference + e2 - o2 >> ROW_SHIFT;
        odds[odd + 3 * step] = sum + e3 - o3 >> ROW_SHIFT;
    }

    /** A row whose right half is zero, as it is in most blocks of most photographs. */
    private static void leftRow(int[] in, int at, int[] evens, int even, int[] odds, int odd, int step) {
        int i1 = in[at + 1];
        int i2 = in[at + 2];
        int i3 = in[at + 3];
        int sum = (in[at] << BITS) + ROW_HALF;
        int e3 = i2 * (C_0_541 + C_0_765);
        int e2 = i2 * C_0_541;
        int o0 = i1 * (C_1_175 - C_0_899) + i3 * (C_1_175 - C_1_961);
        int o1 = i1 * (C_1_175 - C_0_390) + i3 * (C_1_175 - C_2_562);
        int o2 = i1 * C_1_175 + i3 * (C_3_072 - C_2_562 + C_1_175 - C_1_961);
        int o3 = i1 * (C_1_501 - C_0_899 + C_1_175 - C_0_390) + i3 * C_1_175;
        evens[even] = sum + e3 + o3 >> ROW_SHIFT;
        odds[odd] = sum + e2 + o2 >> ROW_SHIFT;
        evens[even + step] = sum - e2 + o1 >> ROW_SHIFT;
        odds[odd + step] = sum - e3 + o0 >> ROW_SHIFT;
        evens[even + 2 * step] = sum - e3 - o0 >> ROW_SHIFT;
        odds[odd + 2 * step] = sum - e2 - o1 >> ROW_SHIFT;
        evens[even + 3 * step] = sum + e2 - o2 >> ROW_SHIFT;
        odds[odd + 3 * step] = sum + e3 - o3 >> ROW_SHIFT;
    }
}
