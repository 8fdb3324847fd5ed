package io.tesserae.gateway.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.gateway.CallPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Tells calls of tools from words while an answer comes. The brain holds answers to its model's form of calls, so what begins as a call is one: a name, then
 * arguments that are a JSON object, passed on as they come. A call that was cut short ends where the answer does.
 */
final class ToolCallReader {

    /** What is certain: words for the reader, and pieces of calls. */
    record Said(String words, List<CallPiece> calls) {
    }

    private enum Place { WORDS, HEAD, ARGUMENTS, BEHIND }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "{\"name\": ";

    private final String mark;
    private final String between;
    private final StringBuilder held = new StringBuilder();
    private Place place = Place.WORDS;
    private boolean begun;
    private int calls;
    private int depth;
    private boolean inString;
    private boolean escaped;

    /** @param form {@code hermes} or {@code llama}; empty where no tools were offered: all is words */
    ToolCallReader(String form) {
        mark = switch (form) {
            case "hermes" -> "<tool_call>\n";
            case "llama" -> NAME;
            default -> null;
        };
        between = form.equals("llama") ? ", \"parameters\": " : ", \"arguments\": ";
    }

    /** Whether anything was called. */
    boolean called() {
        return calls > 0;
    }

    Said add(String text) {
        if (mark == null) {
            return new Said(text, List.of());
        }
        held.append(text);
        StringBuilder words = new StringBuilder();
        List<CallPiece> pieces = new ArrayList<>();
        while (step(words, pieces)) {
            // On to what follows.
        }
        return new Said(words.toString(), pieces);
    }

    /** What was held back, once nothing more can come. */
    Said rest() {
        String left = place == Place.WORDS ? held.toString() : "";
        held.setLength(0);
        return new Said(left, List.of());
    }

    private boolean step(StringBuilder words, List<CallPiece> pieces) {
        return switch (place) {
            case WORDS -> words(words);
            case HEAD -> head(pieces);
            case ARGUMENTS -> arguments(pieces);
            case BEHIND -> behind();
        };
    }

    /** A form without marks has a call only where the answer begins with one. */
    private boolean words(StringBuilder words) {
        boolean anywhere = !mark.equals(NAME);
        int at = anywhere || !begun ? held.indexOf(mark) : -1;
        if (at >= 0 && (anywhere || at == 0)) {
            words.append(held, 0, at);
            held.delete(0, anywhere ? at + mark.length() : at);
            place = Place.HEAD;
            return true;
        }
        int certain = held.length();
        for (int from = Math.max(0, held.length() - mark.length() + 1); from < held.length() && (anywhere || !begun); from++) {
            if ((anywhere || from == 0) && mark.startsWith(held.substring(from))) {
                certain = from;
                break;
            }
        }
        begun |= certain > 0;
        words.append(held, 0, certain);
        held.delete(0, certain);
        return false;
    }

    private boolean head(List<CallPiece> pieces) {
        int at = held.indexOf(between, NAME.length());
        if (at < 0) {
            return false;
        }
        String id = "call_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24);
        pieces.add(new CallPiece(calls++, id, unquoted(held.substring(NAME.length(), at)), ""));
        held.delete(0, at + between.length());
        place = Place.ARGUMENTS;
        depth = 0;
        return true;
    }

    private static String unquoted(String name) {
        try {
            return JSON.readValue(name, String.class);
        } catch (JsonProcessingException malformed) {
            return name;
        }
    }

    private boolean arguments(List<CallPiece> pieces) {
        int end = 0;
        while (end < held.length() && place == Place.ARGUMENTS) {
            over(held.charAt(end++));
        }
        if (end > 0) {
            pieces.add(new CallPiece(calls - 1, "", "", held.substring(0, end)));
            held.delete(0, end);
        }
        return place == Place.BEHIND;
    }

    private void over(char letter) {
        if (inString) {
            inString = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
        } else if (letter == '"') {
            inString = true;
        } else if (letter == '{' || letter == '[') {
            depth++;
        } else if ((letter == '}' || letter == ']') && --depth == 0) {
            place = Place.BEHIND;
        }
    }

    /** Only another call can follow. */
    private boolean behind() {
        int at = mark.equals(NAME) ? -1 : held.indexOf(mark);
        if (at < 0) {
            return false;
        }
        held.delete(0, at + mark.length());
        place = Place.HEAD;
        return true;
    }
}
