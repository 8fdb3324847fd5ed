package io.tesserae.families;

/** Plans pictures for one model. Thread-safe. */
public interface PicturePlanner {

    /** Plans a picture of that size in pixels, by arithmetic alone: no pixel is needed yet. */
    PicturePlan plan(int width, int height, Detail detail);
}
