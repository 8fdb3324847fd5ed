package io.tesserae.llm.template;

/** A node of the tree that has a value. */
@FunctionalInterface
interface Expression {

    Object eval(Scope scope);
}
