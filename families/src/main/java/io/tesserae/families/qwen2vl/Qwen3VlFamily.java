package io.tesserae.families.qwen2vl;

/** Qwen3-VL. */
public final class Qwen3VlFamily extends NativeSizeFamily {

    @Override
    public String name() {
        return "qwen3-vl";
    }
}
