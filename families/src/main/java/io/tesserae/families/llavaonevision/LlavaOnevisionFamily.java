package io.tesserae.families.llavaonevision;

import com.google.auto.service.AutoService;
import io.tesserae.families.Detail;
import io.tesserae.families.Family;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.tiling.Grid;
import io.tesserae.families.tiling.Plan;
import io.tesserae.families.tiling.ProcessorSettings;

/**
 * LLaVA-OneVision. Left to itself it tiles a picture that is alone and pads each of several to one square tile; {@code low} is that
 * square, {@code high} the tiles, however many pictures there are.
 */
@AutoService(Family.class)
public final class LlavaOnevisionFamily implements Family {

    @Override
    public String name() {
        return "llava_onevision";
    }

    @Override
    public PicturePlanner plannerOf(ModelFacts facts) {
        ProcessorSettings settings = ProcessorSettings.of(facts.preprocessorConfig());
        Tiling tiling = Tiling.of(settings);
        settings.agree(facts, "size", tiling.tile(), tiling.tile());
        return new Planner(tiling, Cutting.of(settings, tiling), PromptLayout.of(facts));
    }

    private record Planner(Tiling tiling, Cutting cutting, PromptLayout prompt) implements PicturePlanner {

        @Override
        public PicturePlan plan(int width, int height, Detail detail) {
            if (detail == Detail.LOW) {
                return new Plan(1, prompt.square(), cutting::square);
            }
            Grid grid = tiling.canvases().gridOf(width, height);
            return new Plan(1 + grid.count(), prompt.of(width, height, grid), cutting::of);
        }

        @Override
        public Detail detailAmong(Detail asked, int pictures) {
            return asked == Detail.AUTO && pictures > 1 ? Detail.LOW : asked;
        }
    }
}
