package io.tesserae.families.qwenvl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.families.Detail;
import io.tesserae.families.Drawn;
import io.tesserae.families.FamilyContract;
import io.tesserae.families.Pixels;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.families.pixels.Filter;
import io.tesserae.families.pixels.Resampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QwenVlFamilyTest extends FamilyContract {

    @Override
    protected String family() {
        return "qwen-vl";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"do_resize":true,"size":{"height":56,"width":56},"resample":3,"do_center_crop":false}""";
    }

    @Override
    protected int tileSide() {
        return 56;
    }

    @Test
    void thePictureIsStretchedWithPillowsBicubic() {
        Pixels picture = Drawn.smooth(200, 31);
        assertEquals(Drawn.sha256(Resampler.resize(picture, 56, 56, Filter.BICUBIC)),
                Drawn.sha256(planner(preprocessorConfig()).plan(200, 31, Detail.HIGH).cutterOf(picture).tile(0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"do_resize\":false", "\"do_resize\":true,\"do_center_crop\":true"})
    void otherWaysToPrepareAreRefusedByTheirKeys(String setting) {
        String other = "{" + setting + ",\"size\":{\"height\":56,\"width\":56}}";
        String refused = assertThrows(UnsupportedModelException.class, () -> planner(other)).getMessage();
        assertTrue(refused.contains(setting.contains("crop") ? "do_center_crop" : "do_resize"), refused);
    }
}
