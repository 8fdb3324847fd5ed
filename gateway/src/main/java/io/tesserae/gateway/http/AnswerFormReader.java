package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.gateway.AnswerForm;
import java.util.regex.Pattern;

/** Reads what an answer must be like: {@code response_format} of chat completions, {@code text.format} of responses. */
final class AnswerFormReader {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private AnswerFormReader() {
    }

    /** @param nested whether the schema stands in an object of its own, as in chat completions */
    static AnswerForm read(Fields holder, String name, boolean nested) {
        JsonNode node = holder.any(name);
        if (node == null) {
            return AnswerForm.ANYTHING;
        }
        Fields format = Fields.of(node, holder.path(name));
        format.required("type");
        AnswerForm form = switch (format.string("type")) {
            case "text" -> AnswerForm.ANYTHING;
            case "json_object" -> new AnswerForm.JsonObject();
            case "json_schema" -> nested
                    ? nestedSchema(Fields.of(format.required("json_schema"), format.path("json_schema"))) : schema(format);
            default -> throw format.bad("type", "must be 'text', 'json_object' or 'json_schema'");
        };
        format.nothingElse();
        return form;
    }

    private static AnswerForm schema(Fields described) {
        described.required("name");
        if (!NAME.matcher(described.string("name")).matches()) {
            throw described.bad("name", "must be of letters, digits, '_' and '-', at most 64");
        }
        described.string("description");
        // Answers are held to the schema either way.
        described.flag("strict", true);
        JsonNode schema = described.required("schema");
        if (!schema.isObject()) {
            throw described.bad("schema", "must be a JSON Schema, as an object");
        }
        return new AnswerForm.JsonSchema(schema.toString(), described.path("schema"));
    }

    private static AnswerForm nestedSchema(Fields described) {
        AnswerForm form = schema(described);
        described.nothingElse();
        return form;
    }
}
