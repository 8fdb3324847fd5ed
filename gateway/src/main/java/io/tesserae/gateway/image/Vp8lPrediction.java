package io.tesserae.gateway.image;

/** What VP8L foretells of a pixel from four neighbours: left, top, top right, top left. */
final class Vp8lPrediction {

    private Vp8lPrediction() {
    }

    static int of(int mode, int left, int top, int right, int corner) {
        return switch (mode) {
            case 1 -> left;
            case 2 -> top;
            case 3 -> right;
            case 4 -> corner;
            case 5 -> mean(mean(left, right), top);
            case 6 -> mean(left, corner);
            case 7 -> mean(left, top);
            case 8 -> mean(corner, top);
            case 9 -> mean(top, right);
            case 10 -> mean(mean(left, corner), mean(top, right));
            case 11 -> nearer(left, top, corner);
            case 12 -> full(left, top, corner);
            case 13 -> half(mean(left, top), corner);
            default -> 0xff000000;
        };
    }

    private static int mean(int a, int b) {
        return (a & b) + (((a ^ b) & 0xfefefefe) >>> 1);
    }

    private static int nearer(int left, int top, int corner) {
        int towardsLeft = 0;
        int towardsTop = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int c = corner >> shift & 0xff;
            towardsLeft += Math.abs((top >> shift & 0xff) - c);
            towardsTop += Math.abs((left >> shift & 0xff) - c);
        }
        return towardsLeft < towardsTop ? left : top;
    }

    private static int full(int left, int top, int corner) {
        int out = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            out |= clip((left >> shift & 0xff) + (top >> shift & 0xff) - (corner >> shift & 0xff)) << shift;
        }
        return out;
    }

    private static int half(int mean, int corner) {
        int out = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int a = mean >> shift & 0xff;
            out |= clip(a + (a - (corner >> shift & 0xff)) / 2) << shift;
        }
        return out;
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
