package io.tesserae.gateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.gateway.CallPiece;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However an answer is cut into pieces, the same words and calls are read from it. */
class ToolCallReaderTest {

    private static final String CALLS = "Let me <tool see.\n<tool_call>\n{\"name\": \"find\", \"arguments\": {\"what\": \"a }\\\"{ b\", \"in\": [{}]}}\n</tool_call>"
            + "\n<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>";

    private record Read(String words, List<String> calls, boolean called) {
    }

    private static Read read(String form, String text, int size) {
        ToolCallReader reader = new ToolCallReader(form);
        StringBuilder words = new StringBuilder();
        List<String> names = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        List<ToolCallReader.Said> all = new ArrayList<>();
        for (int at = 0; at < text.length(); at += size) {
            all.add(reader.add(text.substring(at, Math.min(text.length(), at + size))));
        }
        all.add(reader.rest());
        for (ToolCallReader.Said said : all) {
            words.append(said.words());
            for (CallPiece piece : said.calls()) {
                if (!piece.id().isEmpty()) {
                    assertEquals(names.size(), piece.index());
                    names.add(piece.name());
                    arguments.add("");
                }
                arguments.set(piece.index(), arguments.get(piece.index()) + piece.arguments());
            }
        }
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            calls.add(names.get(i) + " " + arguments.get(i));
        }
        return new Read(words.toString(), calls, reader.called());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 400})
    void readsWordsAndCalls(int size) {
        Read read = read("hermes", CALLS, size);
        assertEquals("Let me <tool see.\n", read.words());
        assertEquals(List.of("find {\"what\": \"a }\\\"{ b\", \"in\": [{}]}", "now {}"), read.calls());
        assertTrue(read.called());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 400})
    void anAnswerOfLlamasIsACallOrWords(int size) {
        Read call = read("llama", "{\"name\": \"find\", \"parameters\": {\"a\": 1}}", size);
        assertEquals(List.of("find {\"a\": 1}"), call.calls());
        assertEquals("", call.words());
        Read words = read("llama", "Say {\"name\": \"find\", \"parameters\": {}}", size);
        assertEquals("Say {\"name\": \"find\", \"parameters\": {}}", words.words());
        assertFalse(words.called());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 400})
    void withoutToolsAllIsWords(int size) {
        assertEquals(CALLS, read("", CALLS, size).words());
        assertEquals("unfinished <tool_ca", read("hermes", "unfinished <tool_ca", size).words());
    }
}
