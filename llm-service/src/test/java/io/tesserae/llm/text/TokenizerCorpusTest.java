package io.tesserae.llm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.llm.Goldens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Ids of 2000 lines of many scripts, those of Python's tokenizers for every line and every kind of tokenizer. Published vocabularies are too large to lie here: a folder
 * of them, made by the same script, may be named in {@code TESSERAE_TOKENIZERS}.
 */
class TokenizerCorpusTest {

    private static final String GOLDEN = ".golden.json";

    @TestFactory
    Stream<DynamicTest> idsAreThoseOfPython() throws IOException {
        List<DynamicTest> tests = new ArrayList<>(of(Goldens.path("corpus")));
        assertEquals(8, tests.size());
        String more = System.getenv("TESSERAE_TOKENIZERS");
        if (more != null) {
            tests.addAll(of(Path.of(more)));
        }
        return tests.stream();
    }

    private static List<DynamicTest> of(Path folder) throws IOException {
        JsonNode lines = Goldens.parse(Files.readString(folder.resolve("lines.json")));
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(GOLDEN)).sorted()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString().replace(GOLDEN, ""), () -> compare(file, lines))).toList();
        }
    }

    private static void compare(Path golden, JsonNode lines) throws IOException {
        JsonNode wanted = Goldens.parse(Files.readString(golden));
        assertTrue(lines.size() >= 2000 && wanted.get("lines").asText().length() == 8 * lines.size());
        Path own = golden.resolveSibling(golden.getFileName().toString().replace(GOLDEN, ".json"));
        // The default model's own vocabulary is not copied.
        String source = Files.readString(Files.exists(own) ? own : Path.of("..", "models", "tesserae-135m", "tokenizer.json"));
        List<String> different = new ArrayList<>();
        long tokens = 0;
        try (Tokenizer tokenizer = Tokenizer.of(source, null, -1)) {
            for (int i = 0; i < lines.size(); i++) {
                long[] ids = tokenizer.encode(lines.get(i).asText(), true);
                tokens += ids.length;
                if (!digest(ids).equals(wanted.get("lines").asText().substring(8 * i, 8 * i + 8))) {
                    different.add(i + ": " + lines.get(i));
                }
            }
        }
        assertEquals(List.of(), different);
        assertEquals(wanted.get("tokens").asLong(), tokens);
    }

    private static String digest(long[] ids) {
        String text = LongStream.of(ids).mapToObj(Long::toString).collect(Collectors.joining(","));
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)), 0, 4);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-256", absent);
        }
    }
}
