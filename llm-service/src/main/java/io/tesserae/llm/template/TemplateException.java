package io.tesserae.llm.template;

/** A conversation has no prompt, or a template cannot be used; the message is fit for the caller. */
public final class TemplateException extends RuntimeException {

    /** Why there is no prompt. */
    public enum Kind {
        /** The template called {@code raise_exception}: the conversation breaks a rule of its model (roles out of order, no tools, …). */
        REFUSED,
        /** The template met a value it cannot handle (absent, of another type): Python's jinja2 fails on this conversation too. */
        FAILED,
        /** The template's source is not valid, or needs a part of jinja2 that is not offered here. */
        UNSUPPORTED,
        /** The rendering went past a bound: steps, length of the output, depth of calls. */
        LIMIT
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    TemplateException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    static TemplateException failed(String message) {
        return new TemplateException(Kind.FAILED, "the chat template fails on this conversation: " + message);
    }

    static TemplateException unsupported(String message) {
        return new TemplateException(Kind.UNSUPPORTED, "the chat template cannot be used: " + message);
    }

    static TemplateException limit(String message) {
        return new TemplateException(Kind.LIMIT, "the chat template was stopped: " + message);
    }
}
