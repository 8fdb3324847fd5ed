package io.tesserae.families.qwenvl;

import com.google.auto.service.AutoService;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;

/** Qwen-VL. Every {@code detail} gives the same one tile. */
@AutoService(Family.class)
public final class QwenVlFamily implements Family {

    @Override
    public String name() {
        return "qwen-vl";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        int tokensPerTile = facts.knownTokensPerTile();
        ProcessorSettings settings = ProcessorSettings.of(facts.preprocessorConfig());
        Tiling tiling = Tiling.of(settings);
        settings.agree(facts, "size", tiling.width(), tiling.height());
        Cutting cutting = Cutting.of(settings, tiling);
        PromptLayout prompt = new PromptLayout(tokensPerTile);
        return (width, height, detail) -> new Plan(1, prompt.pieces(), cutting::of);
    }
}
