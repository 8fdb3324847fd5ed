package io.tesserae.llm.template;

import java.util.Iterator;

/** A lazy sequence that can be walked once, always true, without length: what {@code map}, {@code select} and their like answer in jinja2. */
record Generator(String kind, Iterator<Object> items) {

    Generator(Iterator<Object> items) {
        this("generator", items);
    }
}
