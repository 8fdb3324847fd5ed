package io.tesserae.families.idefics2;

import com.google.auto.service.AutoService;
import io.tesserae.families.Detail;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;

/** Idefics2. Tiles have the picture's own shape. */
@AutoService(Family.class)
public final class Idefics2Family implements Family {

    @Override
    public String name() {
        return "idefics2";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        ProcessorSettings settings = ProcessorSettings.of(facts.preprocessorConfig());
        int tokensPerTile = facts.knownTokensPerTile();
        Tiling tiling = Tiling.of(settings);
        if (facts.tileWidth() != 0 || facts.tileHeight() != 0) {
            throw new UnsupportedModelException("preprocessor_config.json: size makes tiles of any shape, and the eye takes "
                    + facts.tileWidth() + "x" + facts.tileHeight());
        }
        return new Planner(settings.flag("do_image_splitting", false), Cutting.of(settings, tiling), new PromptLayout(tokensPerTile));
    }

    private record Planner(boolean splitsByItself, Cutting cutting, PromptLayout prompt) implements PicturePlanner {

        @Override
        public PicturePlan plan(int width, int height, Detail detail) {
            boolean split = detail == Detail.AUTO ? splitsByItself : detail == Detail.HIGH;
            int tiles = split ? Cutting.QUARTERS + 1 : 1;
            return new Plan(tiles, prompt.of(tiles), picture -> cutting.of(picture, split));
        }

        @Override
        public String between(String text) {
            return PromptLayout.between(text);
        }
    }
}
