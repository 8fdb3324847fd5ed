package io.tesserae.llm.template;

/** A question behind {@code is}. */
@FunctionalInterface
interface Check {

    boolean holds(Object value, Arguments arguments);
}
