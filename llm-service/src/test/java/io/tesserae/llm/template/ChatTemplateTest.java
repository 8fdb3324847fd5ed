package io.tesserae.llm.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.llm.template.TemplateException.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {

    private static final List<Map<String, Object>> HELLO = List.of(Map.of("role", "user", "content", "Hello"));

    private static ChatTemplate open(String name) {
        return ChatTemplate.of(Golden.source(name + ".jinja"), Map.of("bos_token", "<s>", "eos_token", "</s>"));
    }

    @Test
    void findsOutWhichTemplatesReadParts() {
        for (String name : List.of("smolvlm", "qwen2-vl", "public/idefics3", "public/gemma3", "public/llava_next", "public/qwen3_vl", "public/qwen2_5_vl")) {
            assertTrue(open(name).takesContentParts(), name);
        }
        for (String name : List.of("chatml", "smollm2", "llama-3", "zephyr", "public/phi3", "public/qwen3", "public/llama3_1", "public/mimo-vl", "mistral-instruct")) {
            assertFalse(open(name).takesContentParts(), name);
        }
    }

    @Test
    void tellsARefusalFromAFailureAndFromWhatIsNotOffered() {
        assertEquals(Kind.REFUSED, kind("{{ raise_exception('Only user roles!') }}"));
        assertEquals(Kind.FAILED, kind("{{ messages[0].nothing.more }}"));
        assertEquals(Kind.FAILED, kind("{{ 1 + 'a' }}"));
        assertEquals(Kind.UNSUPPORTED, kind("{% include 'other' %}"));
        assertEquals(Kind.UNSUPPORTED, kind("{% block a %}{% endblock %}"));
        assertEquals(Kind.UNSUPPORTED, kind("{{ messages | nosuch }}"));
        assertEquals(Kind.UNSUPPORTED, kind("{{ messages | random }}"));
        assertEquals(Kind.UNSUPPORTED, kind("{% if %}"));
    }

    @Test
    void whatCannotBeUsedIsSaidWhenTheModelIsLoaded() {
        for (String source : List.of("{% include 'other' %}", "{% if false %}{{ messages | random }}{% endif %}", "{{ x | nosuch }}", "{{", "{% for %}")) {
            assertThrows(TemplateException.class, () -> ChatTemplate.of(source, Map.of()), source);
        }
    }

    @Test
    void carriesTheTemplatesOwnWords() {
        ChatTemplate template = ChatTemplate.of("{{ raise_exception('Only user roles!') }}", Map.of());
        assertEquals("Only user roles!", assertThrows(TemplateException.class, () -> template.render(HELLO, true, Map.of())).getMessage());
    }

    private static Kind kind(String source) {
        return assertThrows(TemplateException.class, () -> ChatTemplate.of(source, Map.of()).render(HELLO, true, Map.of())).kind();
    }

    @Test
    void takesTheNumbersThatJsonReadersMake() {
        Map<String, Object> kwargs = new HashMap<>(Map.of("a", 1, "b", 2.5f, "c", (short) 3, "d", new BigDecimal("0.1"), "e", new StringBuilder("x")));
        kwargs.put("f", null);
        assertEquals("1 2.5 3 0.1 x None", ChatTemplate.of("{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ f }}", Map.of()).render(HELLO, true, kwargs));
    }

    @Test
    void oneRenderingLeavesNothingToTheNext() {
        ChatTemplate template = ChatTemplate.of("{{ x is defined }}{% set x = 1 %}{% set messages = [] %}{% set bos_token = 'b' %}", Map.of("bos_token", "<s>"));
        assertEquals("False", template.render(HELLO, true, Map.of()));
        assertEquals("False", template.render(HELLO, true, Map.of()));
    }

    @Test
    void manyThreadsShareOneTemplate() throws Exception {
        ChatTemplate template = open("public/qwen3");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            expected.add(template.render(conversation(i), true, Map.of()));
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                int which = i % 16;
                tasks.add(() -> expected.get(which).equals(template.render(conversation(which), true, Map.of())));
            }
            for (Future<Boolean> same : threads.invokeAll(tasks)) {
                assertTrue(same.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Map<String, Object>> conversation(int turns) {
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int i = 0; i <= turns; i++) {
            messages.add(Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", "turn " + i));
        }
        return messages;
    }
}
