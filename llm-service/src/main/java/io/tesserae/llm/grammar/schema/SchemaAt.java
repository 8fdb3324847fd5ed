package io.tesserae.llm.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A schema and where it stands in its document.
 *
 * @param path a JSON pointer fragment, such as {@code #/properties/age}
 */
record SchemaAt(JsonNode node, String path) {

    SchemaAt child(String keyword) {
        return new SchemaAt(node.get(keyword), path + "/" + escaped(keyword));
    }

    SchemaAt child(String keyword, String name) {
        return child(keyword).child(name);
    }

    SchemaAt child(String keyword, int index) {
        return new SchemaAt(node.get(keyword).get(index), path + "/" + escaped(keyword) + "/" + index);
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    SchemaException refuse(String keyword, String what) {
        return new SchemaException(keyword.isEmpty() ? path : path + "/" + escaped(keyword), what);
    }
}
