package io.tesserae.contract.model;

/** A model folder that cannot be served. The message tells an operator what is wrong and where. */
public final class ModelFolderException extends RuntimeException {

    public ModelFolderException(String message) {
        super(message);
    }

    public ModelFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
