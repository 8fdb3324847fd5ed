package io.tesserae.llm.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.llm.template.TemplateException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A hostile template costs a bounded time and memory, and says so. */
class BoundsTest {

    private static final List<String> HOSTILE = List.of(
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "{% for a in range(99999) %}{% for b in range(99999) %}{{ a }}{% endfor %}{% endfor %}",
            "{% for a in range(99999999) %}{% endfor %}",
            "{{ range(999999999999) | list }}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
            "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
            "{{ 'x' * 999999999 }}",
            "{{ [1] * 999999999 }}",
            "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
            "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
            "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
            "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}",
            "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s | tojson }}",
            "{% set ns = namespace(s=[1], t=[1]) %}{% for i in range(99) %}{% set ns.s = [ns.s, ns.s] %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.s == ns.t }}",
            "{% set ns = namespace(s=(1,)) %}{% for i in range(99) %}{% set ns.s = (ns.s, ns.s) %}{% endfor %}{{ {ns.s: 1} }}",
            "{% set ns = namespace(s=[1]) %}{% for i in range(99999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}",
            "{% set s = 'x' * 33000000 %}{% for i in range(99999) %}{{ 'y' in s }}{{ s == s ~ '' }}{{ s | wordcount }}{% endfor %}",
            "{% set s = 'x' * 33000000 %}{% for i in range(99999) %}{% set t = s.replace('x', '') %}{% endfor %}",
            "{% set s = 'x' * 9999999 %}{{ s | replace('', s) }}",
            "{{ ('\\n' * 9999999) | indent(9999, blank=true) }}",
            "{{ 'x' | center(999999999) }}",
            "{{ 'x'.ljust(999999999) }}",
            "{{ 2 ** 99999999 }}",
            "{% set ns = namespace(n=3) %}{% for i in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}");

    @TestFactory
    Stream<DynamicTest> stopsWhatWouldNotEnd() {
        return HOSTILE.stream().map(source -> DynamicTest.dynamicTest(source, () -> {
            Statement tree = StatementParser.parse(source);
            TemplateException stopped = assertTimeout(Duration.ofSeconds(30), () -> assertThrows(TemplateException.class, () -> {
                Rendering rendering = new Rendering(Golden.TODAY);
                try {
                    rendering.run(tree, new Scope(rendering, Map.of()).inner());
                } catch (StackOverflowError e) {
                    throw TemplateException.limit("too deep");
                }
            }));
            assertEquals(Kind.LIMIT, stopped.kind(), stopped.getMessage());
        }));
    }

    @Test
    void hostileSourceIsRefusedWhenItIsRead() {
        for (String source : List.of("{{ " + "(".repeat(99_999), "{{ " + "[".repeat(99_999) + "]".repeat(99_999) + " }}", "{{ " + "-".repeat(99_999) + "1 }}",
                "{% if 1 %}".repeat(9_999), "{{ " + "not ".repeat(99_999) + "1", "{{ " + "a if ".repeat(9_999), "{{ x" + ".y".repeat(999_999))) {
            TemplateException refused = assertThrows(TemplateException.class, () -> ChatTemplate.of(source, Map.of()), source.substring(0, 20));
            assertEquals(Kind.UNSUPPORTED, refused.kind());
        }
    }

    @Test
    void aLongConversationIsFarWithinTheBounds() {
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            messages.add(Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", "word ".repeat(100)));
        }
        ChatTemplate template = ChatTemplate.of(Golden.source("public/qwen3.jinja"), Map.of());
        assertTrue(template.render(messages, true, Map.of()).length() > 2_000_000);
    }
}
