package io.tesserae.gateway;

/**
 * What is known before the first token.
 *
 * @param id       identifies the answer, {@code chatcmpl-…}
 * @param created  seconds since 1970
 * @param model    name of the model that answers
 * @param revision its revision, 64 hexadecimal digits
 */
public record AnswerHead(String id, long created, String model, String revision) {
}
