/**
 * Between strings and token ids. A conversation arrives as messages and leaves as parts ({@link io.tesserae.llm.text.ChatRenderer}); a
 * prompt arrives as parts and leaves as token ids with places for embeddings ({@link io.tesserae.llm.text.PromptAssembler}), for the
 * scheduler to compute; an answer's ids arrive one by one and leave as whole characters ({@link io.tesserae.llm.text.AnswerText}).
 */
package io.tesserae.llm.text;
