package io.tesserae.families.tesserae;

import com.google.auto.service.AutoService;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.Optional;

/** The default model's own. */
@AutoService(Family.class)
public final class TesseraeFamily implements Family {

    @Override
    public String name() {
        return "tesserae";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        int tokensPerTile = facts.knownTokensPerTile();
        ProcessorSettings settings = ProcessorSettings.of(facts.preprocessorConfig());
        Tiling tiling = Tiling.of(settings);
        settings.agree(facts, "size", tiling.tile(), tiling.tile());
        Cutting cutting = Cutting.of(settings, tiling);
        PromptLayout prompt = new PromptLayout(tokensPerTile);
        return (width, height, detail) -> {
            Optional<Grid> grid = tiling.gridOf(width, height, detail);
            return new Plan(grid.map(Grid::count).orElse(0) + 1, prompt.of(grid), picture -> cutting.of(picture, grid));
        };
    }
}
