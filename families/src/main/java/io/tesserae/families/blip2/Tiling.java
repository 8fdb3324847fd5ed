package io.tesserae.families.blip2;

import io.tesserae.families.tiling.ProcessorSettings;

/**
 * The one size that a picture passes through.
 *
 * @param width  {@code size.width}
 * @param height {@code size.height}
 */
record Tiling(int width, int height) {

    static Tiling of(ProcessorSettings settings) {
        settings.demand("do_resize", "so tiles have no fixed size");
        settings.refuse("do_center_crop", "and cropping a stretched picture is not supported");
        return new Tiling(settings.required("size.width"), settings.required("size.height"));
    }
}
