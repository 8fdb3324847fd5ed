package io.tesserae.families.qwen2vl;

import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;

/** What the three have in common, which is all but their names. */
abstract class NativeSizeFamily implements Family {

    @Override
    public final PicturePlanner plannerOf(ModelFacts facts) {
        if (facts.tileWidth() != 0 || facts.tileHeight() != 0 || facts.tokensPerTile() != 0) {
            throw new UnsupportedModelException("the model's tiles must be of any size: tile_width and tile_height of the eye and tokens_per_tile of the "
                    + "projector must be 0");
        }
        ProcessorSettings settings = ProcessorSettings.of(facts.preprocessorConfig());
        Tiling tiling = Tiling.of(settings);
        Cutting cutting = Cutting.of(settings);
        PromptLayout prompt = new PromptLayout(tiling.factor());
        return (width, height, detail) -> {
            Tiling.Size size = tiling.at(detail).resized(width, height);
            return new Plan(1, prompt.of(size), picture -> cutting.of(picture, size));
        };
    }
}
