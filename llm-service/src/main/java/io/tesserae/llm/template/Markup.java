package io.tesserae.llm.template;

/** Text marked safe ({@code |safe}, {@code |escape}): text joined to it with {@code +} is HTML-escaped, which a few templates do by accident. */
record Markup(String text) {

    static String escape(String text) {
        return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;").replace("'", "&#39;").replace("\"", "&#34;");
    }

    @Override
    public String toString() {
        return text;
    }
}
