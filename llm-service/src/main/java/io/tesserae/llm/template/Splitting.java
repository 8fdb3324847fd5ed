package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Python's str.split, rsplit, partition and rpartition. */
final class Splitting {

    private Splitting() {
    }

    /** @param separator null for runs of blanks; @param most cuts at most, negative for all */
    static List<Object> split(String text, String separator, int most, boolean fromRight) {
        if (separator == null) {
            return fromRight ? blanksFromRight(text, most) : blanks(text, most);
        }
        if (separator.isEmpty()) {
            throw TemplateException.failed("empty separator");
        }
        List<Object> parts = new ArrayList<>();
        String rest = text;
        while (most < 0 || parts.size() < most) {
            int found = fromRight ? rest.lastIndexOf(separator) : rest.indexOf(separator);
            if (found < 0) {
                break;
            }
            parts.add(fromRight ? rest.substring(found + separator.length()) : rest.substring(0, found));
            rest = fromRight ? rest.substring(0, found) : rest.substring(found + separator.length());
        }
        parts.add(rest);
        if (fromRight) {
            Collections.reverse(parts);
        }
        return parts;
    }

    private static List<Object> blanks(String text, int most) {
        List<Object> parts = new ArrayList<>();
        String rest = PythonText.strip(text, null, true, false);
        while (!rest.isEmpty()) {
            int end = 0;
            while (end < rest.length() && !PythonText.isSpace(rest.charAt(end))) {
                end++;
            }
            if (most >= 0 && parts.size() == most) {
                parts.add(rest);
                break;
            }
            parts.add(rest.substring(0, end));
            rest = PythonText.strip(rest.substring(end), null, true, false);
        }
        return parts;
    }

    private static List<Object> blanksFromRight(String text, int most) {
        List<Object> parts = new ArrayList<>();
        String rest = PythonText.strip(text, null, false, true);
        while (!rest.isEmpty()) {
            int start = rest.length();
            while (start > 0 && !PythonText.isSpace(rest.charAt(start - 1))) {
                start--;
            }
            if (most >= 0 && parts.size() == most) {
                parts.add(rest);
                break;
            }
            parts.add(rest.substring(start));
            rest = PythonText.strip(rest.substring(0, start), null, false, true);
        }
        Collections.reverse(parts);
        return parts;
    }

    static Tuple partition(String text, String separator, boolean fromRight) {
        if (separator.isEmpty()) {
            throw TemplateException.failed("empty separator");
        }
        int found = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (found < 0) {
            return fromRight ? Tuple.of("", "", text) : Tuple.of(text, "", "");
        }
        return Tuple.of(text.substring(0, found), separator, text.substring(found + separator.length()));
    }
}
