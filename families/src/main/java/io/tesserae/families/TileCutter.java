package io.tesserae.families;

/** Cuts the tiles of one picture. Thread-safe. */
@FunctionalInterface
public interface TileCutter {

    /** The tile of that index, 0 to {@link PicturePlan#tileCount} − 1, before rescaling and normalising. */
    Pixels tile(int index);
}
