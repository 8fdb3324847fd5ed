package io.tesserae.families.idefics3;

import com.google.auto.service.AutoService;
import io.tesserae.families.Detail;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;
import java.util.Optional;

/** SmolVLM and Idefics3. */
@AutoService(Family.class)
public final class Idefics3Family implements Family {

    @Override
    public String name() {
        return "idefics3";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        ProcessorSettings settings = ProcessorSettings.of(facts.preprocessorConfig());
        int tokensPerTile = facts.knownTokensPerTile();
        boolean splitsByItself = settings.flag("do_image_splitting", true);
        Tiling tiling = Tiling.of(settings);
        settings.agree(facts, "max_image_size.longest_edge", tiling.tile(), tiling.tile());
        Cutting cutting = Cutting.of(settings, tiling);
        PromptLayout prompt = new PromptLayout(tokensPerTile);
        return (width, height, detail) -> {
            boolean split = detail == Detail.AUTO ? splitsByItself : detail == Detail.HIGH;
            Optional<Grid> grid = split ? tiling.gridOf(width, height) : Optional.empty();
            int tiles = grid.map(Grid::count).orElse(0) + 1;
            return new Plan(tiles, prompt.of(grid), picture -> cutting.of(picture, split));
        };
    }
}
