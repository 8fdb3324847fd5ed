package io.tesserae.families.qwen2vl;

import com.google.auto.service.AutoService;
import io.tesserae.families.Family;

/** Qwen2.5-VL. */
@AutoService(Family.class)
public final class Qwen25VlFamily extends NativeSizeFamily {

    @Override
    public String name() {
        return "qwen2.5-vl";
    }
}
