package io.tesserae.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** What the suite says, and what it is told: that a client was seen to do something. */
final class Seen {

    static final String URL = System.getenv("TESSERAE_API_URL") + "/v1";
    static final String MODEL = "tesserae-135m";

    private Seen() {
    }

    static String picture() {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(System.getenv("TESSERAE_API_PICTURE"))));
        } catch (IOException absent) {
            throw new UncheckedIOException(absent);
        }
    }

    static void seen(String client, String feature) {
        try {
            Path folder = Files.createDirectories(Path.of(System.getenv("TESSERAE_API_FEATURES")));
            Files.write(folder.resolve((client + "__" + feature).replace(' ', '_')), new byte[0]);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
