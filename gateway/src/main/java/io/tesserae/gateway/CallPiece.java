package io.tesserae.gateway;

/**
 * A piece of a call that a model makes.
 *
 * @param index     which call of its answer, from 0
 * @param id        names the call; empty but in its first piece
 * @param name      of the function; empty but in its first piece
 * @param arguments further text of the arguments, which are a JSON object once they are whole
 */
public record CallPiece(int index, String id, String name, String arguments) {
}
