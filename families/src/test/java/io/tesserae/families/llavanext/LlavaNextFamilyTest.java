package io.tesserae.families.llavanext;

import io.tesserae.families.AnyresContract;

class LlavaNextFamilyTest extends AnyresContract {

    @Override
    protected String family() {
        return "llava_next";
    }

    @Override
    protected String preprocessorConfig() {
        return """
                {"size":{"shortest_edge":56},"crop_size":{"height":56,"width":56},"image_grid_pinpoints":[[56,112],[112,56],[112,112],[168,56]]}""";
    }
}
