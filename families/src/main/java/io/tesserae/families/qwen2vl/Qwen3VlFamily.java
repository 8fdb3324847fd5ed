package io.tesserae.families.qwen2vl;

import com.google.auto.service.AutoService;
import io.tesserae.families.Family;

/** Qwen3-VL. */
@AutoService(Family.class)
public final class Qwen3VlFamily extends NativeSizeFamily {

    @Override
    public String name() {
        return "qwen3-vl";
    }
}
