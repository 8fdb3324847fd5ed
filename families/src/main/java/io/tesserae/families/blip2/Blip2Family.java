package io.tesserae.families.blip2;

import com.google.auto.service.AutoService;
import io.tesserae.families.Detail;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;

/** BLIP-2. Every {@code detail} gives the same one tile. */
@AutoService(Family.class)
public final class Blip2Family implements Family {

    @Override
    public String name() {
        return "blip2";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        ProcessorSettings settings = ProcessorSettings.of(facts.preprocessorConfig());
        int tokensPerTile = facts.knownTokensPerTile();
        Tiling tiling = Tiling.of(settings);
        settings.agree(facts, "size", tiling.width(), tiling.height());
        return new OnePicture(Cutting.of(settings, tiling), new PromptLayout(tokensPerTile));
    }

    /** The model was made for one picture, whose tokens stand before the text: a second one has no place. */
    private record OnePicture(Cutting cutting, PromptLayout prompt) implements PicturePlanner {

        @Override
        public PicturePlan plan(int width, int height, Detail detail) {
            return new Plan(1, prompt.pieces(), cutting::of);
        }

        @Override
        public int mostPictures() {
            return 1;
        }
    }
}
