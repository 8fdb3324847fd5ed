package io.tesserae.llm.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.llm.Goldens;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {

    static Iterable<JsonNode> tokenizers() {
        return Goldens.json("golden/text.json").path("tokenizers_tested");
    }

    private static Tokenizer named(String name) {
        return name.equals("byte-level") ? Tokenizer.open(Goldens.tinyModel())
                : Tokenizer.of(Goldens.text("tokenizers/metaspace.json"), "<image>", 420);
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void encodesAsTransformersDoes(JsonNode golden) {
        try (Tokenizer tokenizer = named(golden.path("tokenizer").asText())) {
            for (JsonNode text : golden.path("encoded")) {
                assertArrayEquals(Goldens.longs(text.path("ids")), tokenizer.encode(text.path("text").asText(), false), text.path("text")::asText);
                assertArrayEquals(Goldens.longs(text.path("ids_with_specials")), tokenizer.encode(text.path("text").asText(), true));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void aStreamOfIdsGivesTheTextOfAllIdsAtOnce(JsonNode golden) {
        try (Tokenizer tokenizer = named(golden.path("tokenizer").asText())) {
            for (JsonNode sequence : golden.path("decoded")) {
                Detokenizer detokenizer = new Detokenizer(tokenizer);
                StringBuilder text = new StringBuilder();
                for (long id : Goldens.longs(sequence.path("ids"))) {
                    String fresh = detokenizer.add(id);
                    assertTrue(fresh.isEmpty() || !Character.isHighSurrogate(fresh.charAt(fresh.length() - 1)));
                    text.append(fresh);
                }
                assertEquals(sequence.path("text").asText(), text.append(detokenizer.rest()).toString(), sequence::toString);
            }
        }
    }

    @Test
    void aRunOfByteTokensIsJudgedAsAWhole() {
        try (Tokenizer tokenizer = named("metaspace")) {
            // A line feed, then the beginning of a character that never comes: the reference shows two U+FFFD.
            long[] ids = {13, 232, tokenizer.encode("a", false)[0]};
            Detokenizer detokenizer = new Detokenizer(tokenizer);
            StringBuilder text = new StringBuilder();
            for (long id : ids) {
                text.append(detokenizer.add(id));
            }
            assertEquals(tokenizer.decode(ids), text.append(detokenizer.rest()).toString());
            assertTrue(text.toString().startsWith("\uFFFD\uFFFD"), text.toString());
        }
    }

    @Test
    void anIdBeyondTheVocabularyEndsNoRunOfByteTokens() {
        try (Tokenizer tokenizer = named("metaspace")) {
            // A head may be wider than its vocabulary; decoding leaves such an id out, so that the bytes around it are one run.
            long[] ids = {13, 5000, 232, tokenizer.encode("a", false)[0]};
            Detokenizer detokenizer = new Detokenizer(tokenizer);
            StringBuilder text = new StringBuilder();
            for (long id : ids) {
                text.append(detokenizer.add(id));
            }
            assertEquals(tokenizer.decode(ids), text.append(detokenizer.rest()).toString());
            assertTrue(text.toString().startsWith("\uFFFD\uFFFD"), text.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void theBytesOfATextsTokensAreTheTextsBytes(JsonNode golden) {
        try (Tokenizer tokenizer = named(golden.path("tokenizer").asText())) {
            String text = "café naïve Zürich 你好";
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (long id : tokenizer.encode(text, false)) {
                bytes.writeBytes(tokenizer.bytesOf(id));
            }
            // Metaspace begins every text with a space of its own.
            assertEquals(text, bytes.toString(StandardCharsets.UTF_8).stripLeading());
        }
    }

    @ParameterizedTest
    @MethodSource("tokenizers")
    void whatLooksLikeAnImageTokenIsPlainText(JsonNode golden) {
        try (Tokenizer tokenizer = named(golden.path("tokenizer").asText())) {
            String text = "a <image> b";
            long[] ids = tokenizer.encode(text, false);
            for (long id : ids) {
                assertTrue(id != tokenizer.markId(), () -> "an image in " + text);
            }
            assertEquals(text, tokenizer.decode(ids));
            assertEquals(1, tokenizer.encode(tokenizer.mark(), false).length);
        }
    }

    @Test
    void halfASurrogatePairIsTaken() {
        try (Tokenizer tokenizer = named("byte-level")) {
            assertEquals("a?b", tokenizer.decode(tokenizer.encode("a\uD83Db", false)));
        }
    }

    @Test
    void saysWhatIsWrongWithAFile() {
        assertThrows(ModelFolderException.class, () -> Tokenizer.of("{", null, 0));
        assertThrows(ModelFolderException.class, () -> Tokenizer.of("[]", null, 0));
        assertThrows(ModelFolderException.class, () -> Tokenizer.of("{\"model\":{\"type\":\"Nonsense\"}}", null, 0));
    }
}
