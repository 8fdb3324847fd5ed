package io.tesserae.gateway.image;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;

/** The one way in which this package says that a file is broken. */
public final class Unreadable {

    private Unreadable() {
    }

    public static Failure because(String why) {
        return Failure.of(Reason.IMAGE_UNREADABLE, "the picture cannot be read: " + why);
    }

    public static Failure because(String why, Throwable cause) {
        return Failure.of(Reason.IMAGE_UNREADABLE, "the picture cannot be read: " + why, cause);
    }

    public static Failure truncated() {
        return because("the file is truncated");
    }
}
