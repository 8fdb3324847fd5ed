package io.tesserae.families.blip2;

import io.tesserae.families.OnePictureContract;

class Blip2FamilyTest extends OnePictureContract {

    @Override
    protected String family() {
        return "blip2";
    }
}
