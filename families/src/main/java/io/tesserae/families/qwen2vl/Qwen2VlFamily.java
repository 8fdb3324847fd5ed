package io.tesserae.families.qwen2vl;

import com.google.auto.service.AutoService;
import io.tesserae.families.Family;

/** Qwen2-VL. */
@AutoService(Family.class)
public final class Qwen2VlFamily extends NativeSizeFamily {

    @Override
    public String name() {
        return "qwen2-vl";
    }
}
