package io.tesserae.llm.template;

/** A name, attribute or element that is not there: prints as nothing, is false and empty, and fails as soon as more is asked of it. */
final class Undefined {

    private final String message;

    Undefined(String message) {
        this.message = message;
    }

    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    /** An element or attribute that {@code owner} lacks. */
    static Undefined of(Object owner, Object key) {
        String type = owner == null ? "None" : PythonTypes.name(owner) + " object";
        return new Undefined(key instanceof String name
                ? "'" + type + "' has no attribute " + PythonText.repr(name)
                : type + " has no element " + PythonText.repr(key));
    }

    /** An attribute that jinja2's sandbox hides. */
    static Undefined unsafe(Object owner, String attribute) {
        return new Undefined("access to attribute '" + attribute + "' of '" + PythonTypes.name(owner) + "' object is unsafe.");
    }

    TemplateException failure() {
        return TemplateException.failed(message);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Undefined;
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
