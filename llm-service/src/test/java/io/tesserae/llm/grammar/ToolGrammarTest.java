package io.tesserae.llm.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.contract.failure.Failure;
import io.tesserae.llm.v1.Constraint;
import io.tesserae.llm.v1.ToolCalls;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToolGrammarTest {

    private static final String TOOLS = "[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\",\"properties\":"
            + "{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}}},{\"type\":\"function\",\"function\":{\"name\":\"now\"}}]";
    private static final String WEATHER = "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>";
    private static final String NOW = "<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>";

    private static boolean takes(ToolForm form, boolean required, boolean parallel, String text) {
        ToolCalls calls = ToolCalls.newBuilder().setTools(TOOLS).setRequired(required).setParallel(parallel).build();
        return new Grammars(Walker.TOKENS, form, 1).of(Constraint.newBuilder().setToolCalls(calls).build()).root().takes(text);
    }

    @Test
    void aRequiredCallIsAllThatIsSaid() {
        assertTrue(takes(ToolForm.HERMES, true, true, WEATHER));
        assertTrue(takes(ToolForm.HERMES, true, true, WEATHER + "\n" + NOW));
        assertFalse(takes(ToolForm.HERMES, true, false, WEATHER + "\n" + NOW));
        assertFalse(takes(ToolForm.HERMES, true, true, "I will ask. " + WEATHER));
        assertFalse(takes(ToolForm.HERMES, true, true, ""));
        assertFalse(takes(ToolForm.HERMES, true, true, WEATHER.replace("weather", "forecast")));
        assertFalse(takes(ToolForm.HERMES, true, true, WEATHER.replace("\"Oslo\"", "1")));
    }

    @Test
    void wordsMayStandBeforeACallThatIsNotRequired() {
        assertTrue(takes(ToolForm.HERMES, false, true, "It is 3 < 4 o'clock <tool> in Oslo."));
        assertTrue(takes(ToolForm.HERMES, false, true, "Let me see.\n" + WEATHER));
        assertTrue(takes(ToolForm.HERMES, false, true, ""));
        assertFalse(takes(ToolForm.HERMES, false, true, "Let me see.\n<tool_call>weather"));
        assertFalse(takes(ToolForm.HERMES, false, true, WEATHER + " and so on"));
    }

    @Test
    void llamaWritesNothingAroundACall() {
        assertTrue(takes(ToolForm.LLAMA, false, true, "{\"name\": \"weather\", \"parameters\": {\"city\": \"Oslo\"}}"));
        assertTrue(takes(ToolForm.LLAMA, false, true, "The weather {is} fine"));
        assertFalse(takes(ToolForm.LLAMA, false, true, "{is}"));
        assertFalse(takes(ToolForm.LLAMA, true, true, "The weather is fine"));
    }

    @Test
    void theFormIsThatOfTheTemplate() {
        assertEquals(Optional.of(ToolForm.HERMES), ToolForm.of("{% if tools %}<tool_call>{% endif %}"));
        assertEquals(Optional.of(ToolForm.LLAMA), ToolForm.of("{% if tools %}{\"name\": function name, \"parameters\": x} ipython{% endif %}"));
        assertEquals(Optional.empty(), ToolForm.of("{% if tools %}[AVAILABLE_TOOLS]{% endif %}"));
        assertEquals(Optional.of(ToolForm.HERMES), ToolForm.of("{{ messages }}"), "a template without tools leaves it to us");
    }

    @Test
    void aStrictSchemaThatCannotBeHeldToIsRefused() {
        String tools = "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true,\"parameters\":{\"type\":\"object\",\"not\":{}}}}]";
        Grammars grammars = new Grammars(Walker.TOKENS, ToolForm.HERMES, 1);
        Failure refused = assertThrows(Failure.class, () -> grammars.of(Constraint.newBuilder().setToolCalls(ToolCalls.newBuilder().setTools(tools)).build()));
        assertEquals("start.constraint.tools[0].function.parameters", refused.field().orElse(""));
        String lenient = tools.replace(",\"strict\":true", "");
        assertTrue(grammars.of(Constraint.newBuilder().setToolCalls(ToolCalls.newBuilder().setTools(lenient).setRequired(true)).build()).root()
                .takes("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": [1]}}\n</tool_call>"));
    }
}
