package io.tesserae.families.qwen2vl;

import io.tesserae.families.Detail;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.UnsupportedPictureException;
import io.tesserae.families.tiling.ProcessorSettings;

/**
 * The size that a picture is given ({@code smart_resize} of the reference).
 *
 * @param factor pixels along a token's side: {@code patch_size} times {@code merge_size}
 * @param least  {@code min_pixels} or {@code size.shortest_edge}: fewest pixels
 * @param most   {@code max_pixels} or {@code size.longest_edge}: most pixels
 */
record Tiling(int factor, int least, int most) {

    private static final int LONGEST_ASPECT = 200;
    /** What low detail leaves of a picture, in tokens. */
    private static final int LOW_TOKENS = 64;
    /** Class defaults of the reference. */
    private static final int LEAST = 56 * 56;
    private static final int MOST = 28 * 28 * 1280;

    record Size(int width, int height) {
    }

    static Tiling of(ProcessorSettings settings) {
        settings.demand("do_resize", "so pictures are no whole number of tokens");
        int factor = settings.required("patch_size") * settings.required("merge_size");
        int least = settings.number("min_pixels").orElse(settings.number("size.shortest_edge").orElse(LEAST));
        int most = settings.number("max_pixels").orElse(settings.number("size.longest_edge").orElse(MOST));
        if (least > most) {
            throw new UnsupportedModelException("preprocessor_config.json: min_pixels (size.shortest_edge) " + least
                    + " is more than max_pixels (size.longest_edge) " + most);
        }
        return new Tiling(factor, least, most);
    }

    /** With low detail no picture takes more than a few tokens; any other is the checkpoint's own. */
    Tiling at(Detail detail) {
        int low = LOW_TOKENS * factor * factor;
        return detail == Detail.LOW ? new Tiling(factor, Math.min(least, low), Math.min(most, low)) : this;
    }

    /** Both sides whole multiples of {@link #factor}. Throws {@link UnsupportedPictureException} for a picture that is too thin. */
    Size resized(int width, int height) {
        if ((double) Math.max(width, height) / Math.min(width, height) > LONGEST_ASPECT) {
            throw new UnsupportedPictureException("a picture of " + width + "x" + height + " is too thin for this model: its longer side may be "
                    + LONGEST_ASPECT + " times its shorter one");
        }
        long pixels = (long) width * height;
        // rint rounds halves to even, as the reference does.
        long roundedWidth = (long) Math.rint((double) width / factor) * factor;
        long roundedHeight = (long) Math.rint((double) height / factor) * factor;
        if (roundedWidth * roundedHeight > most) {
            double shrink = Math.sqrt((double) pixels / most);
            return new Size(atLeastOne(Math.floor(width / shrink / factor)), atLeastOne(Math.floor(height / shrink / factor)));
        }
        if (roundedWidth * roundedHeight < least) {
            double grow = Math.sqrt((double) least / pixels);
            return new Size(atLeastOne(Math.ceil(width * grow / factor)), atLeastOne(Math.ceil(height * grow / factor)));
        }
        return new Size((int) roundedWidth, (int) roundedHeight);
    }

    private int atLeastOne(double tokens) {
        return Math.max(1, (int) tokens) * factor;
    }
}
