package io.tesserae.families;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family's folder has the parts that every family has, and nothing beside the folder names it. */
class FamilyFoldersTest {

    private static final String HERE = "java/io/tesserae/families";
    private static final Path MAIN = Path.of("src/main", HERE);
    private static final Path TESTS = Path.of("src/test", HERE);
    /** A family that plans as another does, such as InstructBLIP, has that one's parts. */
    private static final Pattern ANOTHER = Pattern.compile("import io\\.tesserae\\.families\\.\\w+\\.\\w+Family;");

    /** Folders of families: those in which a class is called so. */
    static List<Path> folders() throws IOException {
        try (Stream<Path> found = Files.walk(MAIN, 2)) {
            return found.filter(file -> file.getFileName().toString().endsWith("Family.java") && !file.getParent().equals(MAIN))
                    .map(Path::getParent).distinct().sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void everyFolderHasTheSameParts(Path folder) throws IOException {
        List<String> files = names(folder);
        assertTrue(files.contains("package-info.java"), folder + " says in no package-info.java what it follows");
        boolean another = false;
        for (String file : files) {
            another |= file.endsWith("Family.java") && ANOTHER.matcher(Files.readString(folder.resolve(file))).find();
        }
        for (String part : List.of("Tiling.java", "Cutting.java", "PromptLayout.java")) {
            assertTrue(another || files.contains(part), folder + " has no " + part);
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void everyFolderHasItsContractTest(Path folder) throws IOException {
        Path tests = TESTS.resolve(folder.getFileName());
        assertTrue(Files.isDirectory(tests), "there is no " + tests);
        boolean kept = false;
        for (String file : names(tests)) {
            kept |= Files.readString(tests.resolve(file)).matches("(?s).*class \\w+FamilyTest extends \\w+Contract .*");
        }
        assertTrue(kept, tests + " has no test that extends FamilyContract");
    }

    @Test
    void whateverIsCalledAFamilyIsLoaded() throws IOException {
        List<String> loaded = ServiceLoader.load(Family.class).stream().map(provider -> provider.type().getSimpleName()).sorted().toList();
        Stream.Builder<String> named = Stream.builder();
        for (Path folder : folders()) {
            for (String file : names(folder)) {
                String text = Files.readString(folder.resolve(file));
                if (file.endsWith("Family.java") && !text.contains("abstract class ")) {
                    assertTrue(text.contains("@AutoService(Family.class)"), file + " does not say that it is a family");
                    named.add(file.replace(".java", ""));
                }
            }
        }
        assertEquals(named.build().sorted().toList(), loaded);
    }

    /** Families are their folders' affair: shared code that names one would have to be touched for the next. */
    @Test
    void sharedCodeNamesNoFamily() throws IOException {
        List<String> packages = folders().stream().map(folder -> "io.tesserae.families." + folder.getFileName() + ".").toList();
        List<Path> shared = Stream.of(MAIN, MAIN.resolve("tiling"), MAIN.resolve("pixels")).flatMap(FamilyFoldersTest::sources).toList();
        assertTrue(shared.size() > 10, "there is shared code");
        assertAll(shared.stream().map(file -> () -> {
            String text = Files.readString(file);
            packages.forEach(family -> assertTrue(!text.contains(family), file + " names " + family));
        }));
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
