package io.tesserae.llm.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Finds what {@code $ref} names within one document. */
final class SchemaReferences {

    private final JsonNode document;

    SchemaReferences(JsonNode document) {
        this.document = document;
    }

    /** The schema that this one's {@code $ref} names. */
    SchemaAt target(SchemaAt schema) {
        JsonNode reference = schema.node().get("$ref");
        if (!reference.isTextual()) {
            throw schema.refuse("$ref", "must be a string");
        }
        String text = reference.textValue();
        if (!text.startsWith("#")) {
            throw schema.refuse("$ref", "only references within the schema are followed, such as #/$defs/name");
        }
        String pointer = URLDecoder.decode(text.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        JsonNode found = pointer.isEmpty() || pointer.startsWith("/") ? document.at(pointer) : anchored(document, pointer);
        if (found == null || found.isMissingNode()) {
            throw schema.refuse("$ref", "names nothing in the schema");
        }
        return new SchemaAt(found, "#" + pointer);
    }

    private static JsonNode anchored(JsonNode node, String anchor) {
        if (anchor.equals(node.path("$anchor").textValue())) {
            return node;
        }
        for (JsonNode child : node) {
            JsonNode found = anchored(child, anchor);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
