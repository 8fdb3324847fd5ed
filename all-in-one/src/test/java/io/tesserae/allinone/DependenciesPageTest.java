package io.tesserae.allinone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every dependency has its reason in the decision about dependencies, and every reason its dependency. */
class DependenciesPageTest {

    private static final Path ROOT = Path.of(System.getProperty("tesserae.root"));
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>.*?<artifactId>([^<]+)</artifactId>.*?</dependency>", Pattern.DOTALL);
    private static final Pattern FIRST_CELL = Pattern.compile("^\\| (`[^|]+) \\|", Pattern.MULTILINE);
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    @Test
    void everyDependencyHasItsReason() throws IOException {
        Set<String> declared = new TreeSet<>();
        for (Path pom : poms()) {
            matches(DEPENDENCY, Files.readString(pom)).filter(name -> !name.startsWith("tesserae-")).forEach(declared::add);
        }
        Set<String> explained = new TreeSet<>();
        matches(FIRST_CELL, Files.readString(ROOT.resolve("docs/decisions/0002-dependencies.md")))
                .flatMap(cell -> matches(QUOTED, cell)).forEach(explained::add);
        assertTrue(declared.size() > 15, declared::toString);
        assertEquals(declared, explained, "docs/decisions/0002-dependencies.md differs from the modules' poms");
    }

    private static List<Path> poms() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.map(folder -> folder.resolve("pom.xml")).filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Stream<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1));
    }
}
