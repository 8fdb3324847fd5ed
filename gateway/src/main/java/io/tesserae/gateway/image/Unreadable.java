package io.tesserae.gateway.image;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;

/** The one way in which this package says that a file is broken. */
final class Unreadable {

    private Unreadable() {
    }

    static Failure because(String why) {
        return Failure.of(Reason.IMAGE_UNREADABLE, "the picture cannot be read: " + why);
    }

    static Failure because(String why, Throwable cause) {
        return Failure.of(Reason.IMAGE_UNREADABLE, "the picture cannot be read: " + why, cause);
    }

    static Failure truncated() {
        return because("the file is truncated");
    }
}
