package io.tesserae.llm.grammar.schema;

/** A schema cannot be held to, or is none. The message begins with the path, as a JSON pointer fragment. */
public final class SchemaException extends RuntimeException {

    private final transient String path;

    SchemaException(String path, String what) {
        super(path + ": " + what);
        this.path = path;
    }

    /** Where in the schema, such as {@code #/properties/age/multipleOf}. */
    public String path() {
        return path;
    }
}
