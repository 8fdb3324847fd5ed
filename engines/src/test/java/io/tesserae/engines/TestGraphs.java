package io.tesserae.engines;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Graphs that src/test/python/make_graphs.py made. */
public final class TestGraphs {

    private TestGraphs() {
    }

    public static Path path(String name) {
        try {
            return Path.of(TestGraphs.class.getResource("/graphs/" + name + ".onnx").toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
