package io.tesserae.families.qwen2vl;

/** Qwen2-VL. */
public final class Qwen2VlFamily extends NativeSizeFamily {

    @Override
    public String name() {
        return "qwen2-vl";
    }
}
