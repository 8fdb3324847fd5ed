package io.tesserae.families.llavanext;

import com.google.auto.service.AutoService;
import io.tesserae.families.Detail;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;

/** LLaVA-NeXT. {@code low} is the overview alone. */
@AutoService(Family.class)
public final class LlavaNextFamily implements Family {

    @Override
    public String name() {
        return "llava_next";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        ProcessorSettings settings = ProcessorSettings.of(facts.preprocessorConfig());
        Tiling tiling = Tiling.of(settings);
        settings.agree(facts, "size or crop_size", tiling.tile(), tiling.tile());
        Cutting cutting = Cutting.of(settings, tiling);
        PromptLayout prompt = PromptLayout.of(facts.tokensPerTile());
        return (width, height, detail) -> {
            if (detail == Detail.LOW) {
                return new Plan(1, prompt.overview(), cutting::overview);
            }
            Grid grid = tiling.canvases().gridOf(width, height);
            return new Plan(1 + grid.count(), prompt.of(width, height, grid), cutting::of);
        };
    }
}
