package io.tesserae.llm.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Small cases of the language, each as Python's jinja2 has it. */
class LanguageTest {

    private static final Map<String, Object> GOLDEN = Golden.json("public/language.json");

    @Test
    void hasHundredsOfCases() {
        assertTrue(Golden.maps(GOLDEN.get("cases")).size() > 500);
    }

    @TestFactory
    Stream<DynamicTest> rendersAsPythonDoes() {
        Map<String, Object> context = new HashMap<>(Golden.map(GOLDEN.get("context")));
        return Golden.maps(GOLDEN.get("cases")).stream().map(one -> DynamicTest.dynamicTest("‹" + one.get("template") + "›", () ->
                assertEquals(null, Golden.difference(one, () ->
                        ChatTemplate.of((String) one.get("template"), Map.of(), Golden.TODAY).render(List.of(), false, context)))));
    }
}
