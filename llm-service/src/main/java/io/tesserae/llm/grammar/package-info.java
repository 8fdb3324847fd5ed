/**
 * What an answer may say, byte by byte. A description of the wanted text (JSON, a JSON Schema, calls of tools) arrives and becomes a
 * {@link io.tesserae.llm.grammar.Term}; a sequence's {@link io.tesserae.llm.grammar.Guide} walks it token by token and leaves, for the sampler, the set of
 * tokens that can come next.
 *
 * <p>A term is a set of byte strings. What may follow a byte is again a term, its derivative by that byte (Brzozowski 1964), so a position in a grammar needs
 * no stack of its own: what is still to come is in the term. Equal terms are one object, which makes terms the states of an automaton that is built as far as
 * answers walk it; each state keeps its transitions, and the set of tokens that fit.
 */
package io.tesserae.llm.grammar;
