/**
 * A checkpoint's own chat template, rendered exactly as Python's jinja2 does with transformers' settings.
 *
 * <p>Arrives: the Jinja source and the special tokens' texts, once; then conversations as plain lists and maps. Leaves: the prompt's text, or a
 * {@link io.tesserae.llm.template.TemplateException} fit for the caller. Next: {@code io.tesserae.llm.text} makes token ids of it.
 *
 * <p>Inside: {@link io.tesserae.llm.template.Lexer} cuts the source, {@link io.tesserae.llm.template.StatementParser} and
 * {@link io.tesserae.llm.template.ExpressionParser} make a tree whose nodes evaluate themselves ({@link io.tesserae.llm.template.Statement},
 * {@link io.tesserae.llm.template.Expression}); {@code Python…} classes hold what Python does with a value where Java would do otherwise.
 * The tree is immutable, all state of one rendering is in {@link io.tesserae.llm.template.Rendering}: threads share templates freely.
 *
 * <p>Values: {@code null} is None; {@link java.lang.Boolean}, {@link java.lang.Long}, {@link java.lang.Double}, {@link java.lang.String},
 * {@link java.util.List}, {@link java.util.Map} are Python's bool, int, float, str, list, dict.
 */
package io.tesserae.llm.template;
