package io.tesserae.families.llavaonevision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.families.AnyresContract;
import io.tesserae.families.Detail;
import io.tesserae.families.Families;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.UnsupportedModelException;
import org.junit.jupiter.api.Test;

class LlavaOnevisionFamilyTest extends AnyresContract {

    @Override
    protected String family() {
        return "llava_onevision";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"size":{"height":56,"width":56},"image_mean":[0.5,0.5,0.5],"image_grid_pinpoints":[[56,112],[112,56],[112,112],[168,56]]}""";
    }

    @Test
    void eachOfSeveralPicturesIsOneTileUnlessAskedOtherwise() {
        PicturePlanner planner = planner(preprocessorConfig());
        assertEquals(1, planner.plan(300, 300, planner.detailAmong(Detail.AUTO, 2)).tileCount());
        assertEquals(5, planner.plan(300, 300, planner.detailAmong(Detail.HIGH, 2)).tileCount());
        assertEquals(5, planner.plan(300, 300, planner.detailAmong(Detail.AUTO, 1)).tileCount());
    }

    @Test
    void anotherTreatmentOfTheAspectIsRefusedByItsKey() {
        ModelFacts facts = new ModelFacts(preprocessorConfig(), "{\"vision_aspect_ratio\":\"pad\"}", 56, 56, 5, "<image>");
        assertTrue(assertThrows(UnsupportedModelException.class, () -> new Families().named(family()).plannerOf(facts)).getMessage()
                .contains("vision_aspect_ratio"));
    }
}
