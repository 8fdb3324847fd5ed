package io.tesserae.families.qwen2vl;

/** Qwen2.5-VL. */
public final class Qwen25VlFamily extends NativeSizeFamily {

    @Override
    public String name() {
        return "qwen2.5-vl";
    }
}
