/**
 * JSON Schema to a grammar. A schema arrives as parsed JSON and leaves as a {@link io.tesserae.llm.grammar.Term} whose every string is JSON that the schema takes; not
 * every such string is in it (properties come in the schema's order, keys are written plainly). What cannot be held to is refused by its path
 * ({@link io.tesserae.llm.grammar.schema.SchemaException}), never ignored.
 *
 * <p>{@link io.tesserae.llm.grammar.schema.SchemaReader} turns a schema into alternatives of plain conditions, following references and merging what must hold
 * together; {@link io.tesserae.llm.grammar.schema.SchemaTerms} writes each as a term.
 */
package io.tesserae.llm.grammar.schema;
