package io.tesserae.allinone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the repository's own pages lead somewhere. */
class LinksTest {

    private static final Path ROOT = Path.of(System.getProperty("tesserae.root"));
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)[^)]*\\)");
    private static final Set<String> ELSEWHERE = Set.of("target", "node_modules", ".git", ".venv", ".pytest_cache");

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        int followed = 0;
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                if (!link.group(1).contains(":")) {
                    followed++;
                    if (!Files.exists(page.resolveSibling(link.group(1)))) {
                        dead.add(ROOT.relativize(page) + " → " + link.group(1));
                    }
                }
            }
        }
        assertTrue(followed > 10, followed + " links followed");
        assertEquals(List.of(), dead);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> Stream.iterate(file, parent -> !parent.equals(ROOT), Path::getParent)
                            .noneMatch(part -> ELSEWHERE.contains(part.getFileName().toString())))
                    .toList();
        }
    }
}
