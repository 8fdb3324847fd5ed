package io.tesserae.llm.template;

/** A function behind {@code |}. */
@FunctionalInterface
interface Filter {

    Object apply(Object value, Arguments arguments);
}
