package io.tesserae.llm.template;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What Python's jinja2 made, as make_template_golden.py wrote it. */
final class Golden {

    /** The day on which every golden was made. */
    static final Clock TODAY = Clock.fixed(Instant.parse("2026-03-04T15:06:07Z"), ZoneOffset.UTC);

    private Golden() {
    }

    static String source(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/templates/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> json(String name) {
        try {
            return new ObjectMapper().readValue(source(name), Map.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> maps(Object value) {
        return (List<Map<String, Object>>) value;
    }

    /**
     * Null where it came out as in Python, else what differs. Where Python fails, only that it fails is compared: its messages are of its own types.
     *
     * @param expected one of {@code text}, {@code refused} (raise_exception's message), {@code failed}
     */
    static String difference(Map<String, Object> expected, Supplier<String> rendering) {
        String actual;
        String kind = "text";
        try {
            actual = rendering.get();
        } catch (TemplateException e) {
            kind = e.kind() == TemplateException.Kind.REFUSED ? "refused" : "failed";
            actual = e.getMessage();
        }
        Object wanted = expected.get(kind);
        boolean same = kind.equals("failed") ? wanted != null : actual.equals(wanted);
        return same ? null : "expected " + expected + "\n but was {" + kind + "=" + actual + "}";
    }
}
