package io.tesserae.llm.text;

import java.util.List;

/**
 * Holds an answer's text back while it might still become a stop string. A stop string ends the answer at the character that completes it, so
 * it makes no difference how the text was cut into tokens; of two that end together the longer wins.
 */
final class StopStrings {

    private final List<String> stops;
    private final int longest;
    private final StringBuilder held = new StringBuilder();
    private String found = "";

    StopStrings(List<String> stops) {
        this.stops = List.copyOf(stops);
        this.longest = stops.stream().mapToInt(String::length).max().orElse(0);
    }

    /** The text that is certain after {@code text}. After a stop string was found: what stood before it. */
    String add(String text) {
        if (longest == 0) {
            return text;
        }
        int from = held.length();
        held.append(text);
        for (int end = from + 1; end <= held.length(); end++) {
            String stop = endingAt(end);
            if (!stop.isEmpty()) {
                found = stop;
                String before = held.substring(0, end - stop.length());
                held.setLength(0);
                return before;
            }
        }
        int certain = held.length();
        for (int start = Math.max(0, held.length() - longest + 1); start < held.length(); start++) {
            if (mayBegin(start)) {
                certain = start;
                break;
            }
        }
        String safe = held.substring(0, certain);
        held.delete(0, certain);
        return safe;
    }

    private String endingAt(int end) {
        String best = "";
        for (String stop : stops) {
            int start = end - stop.length();
            if (stop.length() > best.length() && start >= 0 && matches(start, stop, stop.length())) {
                best = stop;
            }
        }
        return best;
    }

    private boolean mayBegin(int start) {
        int length = held.length() - start;
        return stops.stream().anyMatch(stop -> length < stop.length() && matches(start, stop, length));
    }

    private boolean matches(int start, String stop, int length) {
        for (int i = 0; i < length; i++) {
            if (held.charAt(start + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** What is held back, once no more text can come. */
    String rest() {
        String text = held.toString();
        held.setLength(0);
        return text;
    }

    /** The stop string that ended the answer; empty before that. */
    String found() {
        return found;
    }
}
