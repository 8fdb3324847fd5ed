package io.tesserae.llm.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A checkpoint's chat template, ready to render; safe for use by several threads. */
public final class ChatTemplate {

    private final Statement tree;
    private final Map<String, Object> specials;
    private final Clock clock;
    private final boolean contentParts;

    private ChatTemplate(Statement tree, Map<String, Object> specials, Clock clock) {
        this.tree = tree;
        this.specials = specials;
        this.clock = clock;
        this.contentParts = ContentParts.taken(this);
    }

    /**
     * Throws {@link TemplateException} of kind UNSUPPORTED where the source is not valid or needs what is not offered.
     *
     * @param specials texts that the template may name: {@code bos_token}, {@code eos_token}, …
     */
    public static ChatTemplate of(String jinjaSource, Map<String, Object> specials) {
        return of(jinjaSource, specials, Clock.systemDefaultZone());
    }

    /** @param clock what {@code strftime_now} reads */
    static ChatTemplate of(String jinjaSource, Map<String, Object> specials, Clock clock) {
        try {
            Map<String, Object> own = new HashMap<>();
            specials.forEach((name, value) -> own.put(name, imported(value)));
            return new ChatTemplate(StatementParser.parse(jinjaSource), own, clock);
        } catch (StackOverflowError e) {
            throw TemplateException.unsupported("it nests too deep");
        }
    }

    /**
     * The prompt of a conversation. Throws {@link TemplateException}.
     *
     * @param messages each with {@code role} and {@code content} (text, or a list of parts), and whatever else its role has ({@code tool_calls}, …)
     * @param addGenerationPrompt whether the prompt ends where the assistant's answer starts
     * @param kwargs more that the template may read: {@code tools}, {@code documents}, {@code enable_thinking}, …
     */
    public String render(List<Map<String, Object>> messages, boolean addGenerationPrompt, Map<String, Object> kwargs) {
        Map<String, Object> names = new HashMap<>(specials);
        names.put("tools", null);
        names.put("documents", null);
        kwargs.forEach((name, value) -> names.put(name, imported(value)));
        names.put("messages", imported(messages));
        names.put("add_generation_prompt", addGenerationPrompt);
        Rendering rendering = new Rendering(clock);
        try {
            // what a template sets must not reach the names it was given: both are looked up, the set ones first
            return rendering.run(tree, new Scope(rendering, names).inner());
        } catch (StackOverflowError e) {
            throw TemplateException.limit("calls nest too deep");
        }
    }

    /** Whether the template reads content given as a list of parts; where not, it wants content as one text. */
    public boolean takesContentParts() {
        return contentParts;
    }

    /** A copy made of the types that the interpreter knows. */
    private static Object imported(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(imported(key), imported(item)));
            return copy;
        }
        if (value instanceof Iterable<?> items) {
            List<Object> copy = new ArrayList<>();
            items.forEach(item -> copy.add(imported(item)));
            return copy;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float || value instanceof BigDecimal) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof BigInteger big) {
            return PythonNumbers.narrow(big);
        }
        return value == null || value instanceof Long || value instanceof Double || value instanceof Boolean ? value : value.toString();
    }
}
