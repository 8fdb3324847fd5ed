package io.tesserae.families.instructblip;

import com.google.auto.service.AutoService;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.blip2.Blip2Family;

/** InstructBLIP, planned as BLIP-2 is. */
@AutoService(Family.class)
public final class InstructBlipFamily implements Family {

    private final Blip2Family blip2 = new Blip2Family();

    @Override
    public String name() {
        return "instructblip";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        return blip2.plannerOf(facts);
    }
}
