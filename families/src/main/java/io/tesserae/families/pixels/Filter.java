package io.tesserae.families.pixels;

/** Pillow's resampling filters, with the number that {@code resample} has in a preprocessor_config.json. */
public enum Filter {
    BILINEAR(2, 1) {
        @Override
        double weight(double x) {
            double distance = Math.abs(x);
            return distance < 1 ? 1 - distance : 0;
        }
    },
    BICUBIC(3, 2) {
        @Override
        double weight(double x) {
            double distance = Math.abs(x);
            if (distance < 1) {
                return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
            }
            return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * A : 0;
        }
    },
    LANCZOS(1, 3) {
        @Override
        double weight(double x) {
            return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    };

    /** Keys' parameter, as Pillow has it; other libraries use −0.75. */
    private static final double A = -0.5;

    private final int code;
    private final int support;

    Filter(int code, int support) {
        this.code = code;
        this.support = support;
    }

    /** The filter of Pillow's number. Throws {@link IllegalArgumentException} for one that is not known here. */
    public static Filter of(int code) {
        for (Filter filter : values()) {
            if (filter.code == code) {
                return filter;
            }
        }
        throw new IllegalArgumentException("resample " + code + " is not supported; known: 1 (Lanczos), 2 (bilinear), 3 (bicubic)");
    }

    /** Half the width of the filter, in source pixels when not shrinking. */
    int support() {
        return support;
    }

    /** Weight of a source pixel at that distance from the centre. */
    abstract double weight(double x);

    private static double sinc(double x) {
        if (x == 0) {
            return 1;
        }
        double angle = x * Math.PI;
        return Math.sin(angle) / angle;
    }
}
