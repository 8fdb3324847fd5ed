package io.tesserae.families.qwenvl;

import io.tesserae.families.tiling.ProcessorSettings;

/** The one size: {@code size} of the settings, in pixels. */
record Tiling(int width, int height) {

    static Tiling of(ProcessorSettings settings) {
        settings.demand("do_resize", "so tiles have no fixed size");
        settings.refuse("do_center_crop", "and pictures are not cropped");
        return new Tiling(settings.required("size.width"), settings.required("size.height"));
    }
}
