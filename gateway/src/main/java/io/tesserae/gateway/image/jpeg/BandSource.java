package io.tesserae.gateway.image.jpeg;

/** Gives the coefficients of the bands. A band is a row of MCUs. */
interface BandSource {

    /** What must happen in the order of the bands: called once for each, by one thread. */
    void read(int number, Band band);

    /** What may happen on another thread once the band was read. */
    default void complete(int number, Band band) {
    }
}
