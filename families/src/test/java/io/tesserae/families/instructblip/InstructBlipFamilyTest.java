package io.tesserae.families.instructblip;

import io.tesserae.families.OnePictureContract;

class InstructBlipFamilyTest extends OnePictureContract {

    @Override
    protected String family() {
        return "instructblip";
    }
}
