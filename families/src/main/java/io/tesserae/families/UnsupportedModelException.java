package io.tesserae.families;

/** A model whose settings ask for what its family cannot do here. The message names the setting. */
public final class UnsupportedModelException extends RuntimeException {

    public UnsupportedModelException(String message) {
        super(message);
    }
}
