package io.tesserae.bench.gateway;

/**
 * One figure.
 *
 * @param goal   what it is held against, in words; "reported" where it is against nothing
 * @param figure what was measured, with its unit
 */
record Row(String name, String goal, String figure, boolean holds) {

    static Row reported(String name, String figure) {
        return new Row(name, "reported", figure, true);
    }
}
