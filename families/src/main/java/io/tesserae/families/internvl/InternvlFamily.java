package io.tesserae.families.internvl;

import com.google.auto.service.AutoService;
import io.tesserae.families.Detail;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;

/**
 * InternVL. Left to itself it tiles: the reference's processor asks for {@code crop_to_patches} whatever the checkpoint's settings say.
 */
@AutoService(Family.class)
public final class InternvlFamily implements Family {

    @Override
    public String name() {
        return "internvl";
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
            Grid grid = detail == Detail.LOW ? Tiling.ONE : tiling.gridOf(width, height);
            int tiles = Tiling.tilesOf(grid);
            return new Plan(tiles, prompt.of(tiles), picture -> cutting.of(picture, grid));
        };
    }
}
