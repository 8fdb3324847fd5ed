package io.tesserae.llm.template;

import java.util.List;
import java.util.Map;

/** Finds out by rendering whether a template reads content given as a list of parts. */
final class ContentParts {

    private static final String PROBE = "tesserae probe";

    private ContentParts() {
    }

    static boolean taken(ChatTemplate template) {
        String parts = rendered(template, List.of(Map.of("type", "text", "text", PROBE)));
        if (parts == null || !parts.contains(PROBE)) {
            return false;
        }
        // a template that merely prints content prints the list as Python does, names of its keys and all
        String text = rendered(template, PROBE);
        return !parts.contains("{'") && (text == null || !parts.contains("\"text\"") || text.contains("\"text\""));
    }

    /** Null where the template fails on it. */
    private static String rendered(ChatTemplate template, Object content) {
        try {
            return template.render(List.of(Map.of("role", "user", "content", content)), false, Map.of());
        } catch (TemplateException e) {
            return null;
        }
    }
}
