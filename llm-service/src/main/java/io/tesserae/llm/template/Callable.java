package io.tesserae.llm.template;

/** What a template can call: macros, methods of values, global functions. */
@FunctionalInterface
interface Callable {

    Object call(Arguments arguments);
}
