package io.tesserae.llm.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Public checkpoints' templates × conversations, character by character as transformers renders them. */
class PublicTemplatesTest {

    private static final Map<String, Object> GOLDEN = Golden.json("public/golden.json");
    private static final Map<String, Object> CONVERSATIONS = Golden.json("public/conversations.json");

    @Test
    void conformanceSetIsAsLargeAsPromised() {
        Map<String, Object> templates = Golden.map(GOLDEN.get("templates"));
        assertTrue(templates.size() >= 30, "templates: " + templates.size());
        assertTrue(CONVERSATIONS.size() >= 6, "conversations: " + CONVERSATIONS.size());
        templates.forEach((name, outcomes) -> assertEquals(CONVERSATIONS.keySet(), Golden.map(outcomes).keySet(), name));
    }

    @TestFactory
    Stream<DynamicTest> rendersAsTransformersDoes() {
        return Golden.map(GOLDEN.get("templates")).entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getKey(), Golden.map(entry.getValue()))));
    }

    private static void check(String name, Map<String, Object> outcomes) {
        ChatTemplate template = ChatTemplate.of(Golden.source("public/" + name + ".jinja"), Golden.map(GOLDEN.get("specials")), Golden.TODAY);
        List<String> differences = new ArrayList<>();
        CONVERSATIONS.forEach((title, value) -> {
            Map<String, Object> conversation = Golden.map(value);
            String difference = Golden.difference(Golden.map(outcomes.get(title)), () -> template.render(Golden.maps(conversation.get("messages")),
                    (boolean) conversation.get("add_generation_prompt"), Golden.map(conversation.get("kwargs"))));
            if (difference != null) {
                differences.add(title + ": " + difference);
            }
        });
        assertEquals(List.of(), differences);
    }

    @TestFactory
    Stream<DynamicTest> rendersTheOlderSetToo() {
        Map<String, Object> golden = Golden.json("golden.json");
        return Golden.maps(golden.get("cases")).stream().map(one -> DynamicTest.dynamicTest(one.get("template") + ", " + one.get("conversation"), () -> {
            Map<String, Object> kwargs = Golden.map(one.get("kwargs"));
            ChatTemplate template = ChatTemplate.of(Golden.source(one.get("template") + ".jinja"), Map.of());
            String difference = Golden.difference(olderOutcome(one),
                    () -> template.render(Golden.maps(one.get("messages")), (boolean) kwargs.get("add_generation_prompt"), kwargs));
            assertEquals(null, difference);
        }));
    }

    /** That set has errors as {@code TypeName: message}. */
    private static Map<String, Object> olderOutcome(Map<String, Object> one) {
        if (one.containsKey("rendered")) {
            return Map.of("text", one.get("rendered"));
        }
        String error = (String) one.get("error");
        return error.startsWith("TemplateError: ") ? Map.of("refused", error.substring("TemplateError: ".length())) : Map.of("failed", error);
    }
}
