package io.tesserae.llm.template;

/** A node of the tree that prints, sets names, or directs others that do. */
@FunctionalInterface
interface Statement {

    /** Where to go on after a statement. */
    enum Flow { NEXT, BREAK, CONTINUE }

    Flow run(Scope scope);
}
