package io.tesserae.families.gemma3;

import com.google.auto.service.AutoService;
import io.tesserae.families.Detail;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.Optional;

/**
 * Gemma 3. {@code HIGH} is pan and scan. {@code AUTO} is not, whatever {@code do_pan_and_scan} says: the processor of the reference has a
 * default of its own for it, which is off and goes before the image processor's setting.
 */
@AutoService(Family.class)
public final class Gemma3Family implements Family {

    @Override
    public String name() {
        return "gemma3";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        ProcessorSettings settings = ProcessorSettings.of(facts.preprocessorConfig());
        int tokensPerTile = facts.knownTokensPerTile();
        Tiling tiling = Tiling.of(settings);
        settings.agree(facts, "size", tiling.width(), tiling.height());
        Cutting cutting = Cutting.of(settings, tiling);
        PromptLayout prompt = new PromptLayout(tokensPerTile);
        return (width, height, detail) -> {
            Optional<Grid> grid = detail == Detail.HIGH ? tiling.gridOf(width, height) : Optional.empty();
            int crops = grid.map(Grid::count).orElse(0);
            return new Plan(1 + crops, prompt.of(crops), picture -> cutting.of(picture, grid));
        };
    }
}
