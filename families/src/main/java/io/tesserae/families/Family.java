package io.tesserae.families;

/** One way of turning pictures into tiles and image tokens. Stateless; found by {@link Families}. */
public interface Family {

    /** Name in a model's manifest, such as {@code idefics3}. */
    String name();

    /** Reads a model's own settings once. Throws {@link UnsupportedModelException} naming the setting it cannot follow. */
    PicturePlanner plannerOf(ModelFacts facts);
}
