package io.tesserae.llm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {

    @Test
    void holdsBackWhatMayBecomeAStop() {
        StopStrings stops = new StopStrings(List.of("STOP", "</s>"));
        assertEquals("ab", stops.add("abS"));
        assertEquals("", stops.add("TO"));
        assertEquals("STOx", stops.add("x"));
        assertEquals("y", stops.add("y<"));
        assertEquals("", stops.add("/s"));
        assertEquals("", stops.add("> more"));
        assertEquals("</s>", stops.found());
    }

    @Test
    void givesBackAtTheEndWhatWasHeld() {
        StopStrings stops = new StopStrings(List.of("END"));
        assertEquals("a", stops.add("aEN"));
        assertEquals("EN", stops.rest());
        assertEquals("", stops.found());
    }

    @Test
    void aPartThatBeginsInsideAnotherIsFound() {
        StopStrings stops = new StopStrings(List.of("aab"));
        assertEquals("", stops.add("aa"));
        assertEquals("a", stops.add("a"));
        assertEquals("", stops.add("b"));
        assertEquals("aab", stops.found());
    }

    @Test
    void cuttingTheTextOtherwiseChangesNothing() {
        Random random = new Random(3);
        for (int round = 0; round < 3000; round++) {
            String text = random(random, 30);
            List<String> wanted = List.of(random(random, 1 + random.nextInt(4)), random(random, 1 + random.nextInt(4)));
            String[] byLetters = run(text, wanted, random, 1);
            String[] byPieces = run(text, wanted, random, 6);
            assertEquals(byLetters[0], byPieces[0], () -> text + " " + wanted);
            assertEquals(byLetters[1], byPieces[1]);
            String found = byLetters[1];
            if (found.isEmpty()) {
                assertEquals(text, byLetters[0]);
                assertTrue(wanted.stream().noneMatch(text::contains));
            } else {
                assertTrue(text.startsWith(byLetters[0] + found));
                assertTrue(wanted.stream().noneMatch(byLetters[0]::contains), () -> "leaked from " + text + " " + wanted);
            }
        }
    }

    private static String[] run(String text, List<String> wanted, Random random, int longest) {
        StopStrings stops = new StopStrings(wanted);
        StringBuilder shown = new StringBuilder();
        for (int at = 0; at < text.length() && stops.found().isEmpty(); ) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(longest));
            shown.append(stops.add(text.substring(at, end)));
            at = end;
        }
        return new String[] {stops.found().isEmpty() ? shown + stops.rest() : shown.toString(), stops.found()};
    }

    private static String random(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }
}
