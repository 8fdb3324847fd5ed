package io.tesserae.contract.probe;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Prints a page: how a figure is read inside a container that has no other program. */
public final class ReadPage {

    private ReadPage() {
    }

    /** Takes the page's address. */
    public static void main(String[] args) throws IOException {
        try (InputStream page = URI.create(args[0]).toURL().openStream()) {
            page.transferTo(System.out);
        }
    }
}
