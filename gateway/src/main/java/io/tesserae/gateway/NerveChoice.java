package io.tesserae.gateway;

/**
 * The nerve that a request asks for.
 *
 * @param name  as the model's list has it
 * @param field where the request says so, to be blamed where there is none of that name
 */
public record NerveChoice(String name, String field) {
}
