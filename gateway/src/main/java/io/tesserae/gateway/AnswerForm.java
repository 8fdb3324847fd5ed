package io.tesserae.gateway;

/** What an answer must be like. */
public sealed interface AnswerForm {

    /** Whatever it likes. */
    AnswerForm ANYTHING = new Anything();

    /** Whatever it likes. */
    record Anything() implements AnswerForm {
    }

    /** One JSON object. */
    record JsonObject() implements AnswerForm {
    }

    /**
     * JSON that a schema takes.
     *
     * @param schema JSON Schema, as text
     * @param field  where the request says it, to be blamed for what cannot be held to
     */
    record JsonSchema(String schema, String field) implements AnswerForm {
    }
}
