package io.tesserae.families;

/** A picture that a model cannot be shown, by its size alone. The message says why, in words for whoever sent it. */
public final class UnsupportedPictureException extends RuntimeException {

    public UnsupportedPictureException(String message) {
        super(message);
    }
}
