package io.tesserae.llm.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;

/** Methods of Python's str; positions and widths count code points. */
final class StringMethods {

    static final Set<String> NAMES = Set.of("capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "format_map",
            "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle",
            "isupper", "join", "ljust", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust",
            "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "translate", "upper", "zfill");

    private StringMethods() {
    }

    static Object call(String text, String name, Arguments arguments) {
        arguments.rendering().length(text.length());
        switch (name) {
            case "strip", "lstrip", "rstrip":
                Object characters = Arguments.or(arguments.bind(name, 0, "chars")[0], null);
                return PythonText.strip(text, characters == null ? null : Arguments.text(characters), !name.equals("rstrip"), !name.equals("lstrip"));
            case "split", "rsplit":
                Object[] cut = arguments.bind(name, 0, "sep", "maxsplit");
                Object separator = Arguments.or(cut[0], null);
                return Splitting.split(text, separator == null ? null : Arguments.text(separator), Arguments.integer(cut[1], -1), name.equals("rsplit"));
            case "splitlines":
                return PythonText.lines(text, Arguments.flag(arguments.bind(name, 0, "keepends")[0]));
            case "partition", "rpartition":
                return Splitting.partition(text, Arguments.text(arguments.bind(name, 1, "sep")[0]), name.equals("rpartition"));
            case "startswith", "endswith":
                return startsOrEnds(text, name.equals("startswith"), arguments.bind(name, 1, "prefix", "start", "end"));
            case "replace":
                Object[] replaced = arguments.bind(name, 2, "old", "new", "count");
                return replace(text, Arguments.text(replaced[0]), Arguments.text(replaced[1]), Arguments.integer(replaced[2], -1), arguments.rendering());
            case "join":
                return join(text, arguments.bind(name, 1, "iterable")[0], arguments.rendering());
            case "find", "index", "rfind", "rindex":
                return find(text, name, arguments.bind(name, 1, "sub", "start", "end"));
            case "count":
                return count(text, arguments.bind(name, 1, "sub", "start", "end"));
            case "removeprefix":
                String prefix = Arguments.text(arguments.bind(name, 1, "prefix")[0]);
                return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
            case "removesuffix":
                String suffix = Arguments.text(arguments.bind(name, 1, "suffix")[0]);
                return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
            case "center", "ljust", "rjust", "zfill":
                Object[] padded = arguments.bind(name, 1, "width", "fillchar");
                String fill = name.equals("zfill") ? "0" : Arguments.text(Arguments.or(padded[1], " "));
                return pad(text, name, PythonNumbers.index(padded[0]), fill, arguments.rendering());
            case "format":
                return BraceFormat.format(text, arguments);
            case "encode", "expandtabs", "format_map", "translate":
                throw TemplateException.unsupported("str." + name + " is not offered");
            default:
                arguments.bind(name, 0);
                return name.startsWith("is") ? (Object) is(text, name) : cased(text, name);
        }
    }

    static String cased(String text, String method) {
        return switch (method) {
            case "lower", "casefold" -> text.toLowerCase(Locale.ROOT);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "capitalize" -> capitalize(text);
            case "title" -> title(text);
            default -> swapCase(text);
        };
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int rest = text.offsetByCodePoints(0, 1);
        return titled(text.codePointAt(0)) + text.substring(rest).toLowerCase(Locale.ROOT);
    }

    private static String titled(int c) {
        // letters without a title form of their own may have an upper form of two letters (ß → SS), of which the second is small
        String upper = Character.toString(c).toUpperCase(Locale.ROOT);
        if (Character.toTitleCase(c) != c || upper.codePointCount(0, upper.length()) == 1) {
            return Character.toString(Character.toTitleCase(c));
        }
        return upper.substring(0, 1) + upper.substring(1).toLowerCase(Locale.ROOT);
    }

    private static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean[] inWord = {false};
        text.codePoints().forEach(c -> {
            out.append(inWord[0] ? Character.toString(c).toLowerCase(Locale.ROOT) : titled(c));
            inWord[0] = isCased(c);
        });
        return out.toString();
    }

    private static String swapCase(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            String one = Character.toString(c);
            out.append(Character.isUpperCase(c) ? one.toLowerCase(Locale.ROOT) : Character.isLowerCase(c) ? one.toUpperCase(Locale.ROOT) : one);
        });
        return out.toString();
    }

    private static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    static boolean is(String text, String method) {
        IntPredicate predicate = switch (method) {
            case "isalnum" -> c -> Character.isLetter(c) || isNumeric(c);
            case "isalpha" -> Character::isLetter;
            case "isascii" -> c -> c < 128;
            case "isdecimal", "isdigit" -> Character::isDigit;
            case "isnumeric" -> StringMethods::isNumeric;
            case "isprintable" -> PythonText::isPrintable;
            case "isspace" -> PythonText::isSpace;
            case "isidentifier" -> c -> c == '_' || Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
            case "islower" -> c -> !Character.isUpperCase(c) && !Character.isTitleCase(c);
            case "isupper" -> c -> !Character.isLowerCase(c) && !Character.isTitleCase(c);
            default -> c -> true;
        };
        boolean all = text.codePoints().allMatch(predicate);
        return switch (method) {
            case "isascii", "isprintable" -> all;
            case "islower", "isupper" -> all && text.codePoints().anyMatch(StringMethods::isCased);
            case "istitle" -> text.codePoints().anyMatch(StringMethods::isCased) && title(text).equals(text);
            case "isidentifier" -> all && !text.isEmpty() && (text.charAt(0) == '_' || Character.isUnicodeIdentifierStart(text.codePointAt(0)));
            default -> all && !text.isEmpty();
        };
    }

    private static boolean isNumeric(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
    }

    static String join(String separator, Object items, Rendering rendering) {
        StringBuilder out = new StringBuilder();
        int index = 0;
        for (Iterator<Object> all = PythonTypes.iterate(items, rendering); all.hasNext(); index++) {
            Object item = all.next();
            if (!(item instanceof String) && !(item instanceof Markup)) {
                throw TemplateException.failed("sequence item " + index + ": expected str instance, " + PythonTypes.name(item) + " found");
            }
            out.append(index == 0 ? "" : separator).append(item);
            rendering.fits(out.length());
            rendering.spend((separator.length() + item.toString().length()) / 64);
        }
        return out.toString();
    }

    static String replace(String text, String old, String replacement, int count, Rendering rendering) {
        if (count == 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        int done = 0;
        while (count < 0 || done < count) {
            int found = text.indexOf(old, at);
            if (found < 0) {
                break;
            }
            out.append(text, at, found).append(replacement);
            done++;
            at = found + old.length();
            if (old.isEmpty()) {
                if (at >= text.length()) {
                    at = text.length();
                    break;
                }
                int next = text.offsetByCodePoints(at, 1);
                out.append(text, at, next);
                at = next;
            }
            rendering.fits(out.length());
            rendering.spend(1 + replacement.length() / 64);
        }
        return out.append(text, at, text.length()).toString();
    }

    /** The part of {@code text} that start and end leave, as find, count and startswith take them. */
    private static String within(String text, Object[] bound) {
        int size = (int) PythonTypes.length(text);
        int start = Slice.clamp(bound[1] == null ? 0 : Arguments.integer(bound[1], 0), size);
        int end = Slice.clamp(bound[2] == null ? size : Arguments.integer(bound[2], size), size);
        return start > end ? null : text.substring(text.offsetByCodePoints(0, start), text.offsetByCodePoints(0, end));
    }

    private static boolean startsOrEnds(String text, boolean starts, Object[] bound) {
        String part = within(text, bound);
        List<?> wanted = bound[0] instanceof Tuple tuple ? tuple : List.of(Arguments.text(bound[0]));
        return part != null && wanted.stream().map(Arguments::text).anyMatch(one -> starts ? part.startsWith(one) : part.endsWith(one));
    }

    private static long find(String text, String method, Object[] bound) {
        String wanted = Arguments.text(bound[0]);
        String part = within(text, bound);
        int found = part == null ? -1 : method.startsWith("r") ? part.lastIndexOf(wanted) : part.indexOf(wanted);
        if (found < 0) {
            if (method.endsWith("index")) {
                throw TemplateException.failed("substring not found");
            }
            return -1;
        }
        int size = (int) PythonTypes.length(text);
        return Slice.clamp(bound[1] == null ? 0 : Arguments.integer(bound[1], 0), size) + (long) part.codePointCount(0, found);
    }

    private static long count(String text, Object[] bound) {
        String wanted = Arguments.text(bound[0]);
        String part = within(text, bound);
        if (part == null) {
            return 0;
        }
        if (wanted.isEmpty()) {
            return PythonTypes.length(part) + 1;
        }
        long count = 0;
        for (int at = part.indexOf(wanted); at >= 0; at = part.indexOf(wanted, at + wanted.length())) {
            count++;
        }
        return count;
    }

    static String pad(String text, String method, long width, String fill, Rendering rendering) {
        long lacking = width - PythonTypes.length(text);
        if (lacking <= 0) {
            return text;
        }
        rendering.length(width);
        // Python's own rule for the odd one
        int left = (int) switch (method) {
            case "center" -> lacking / 2 + (lacking & width & 1);
            case "ljust" -> 0;
            default -> lacking;
        };
        if (method.equals("zfill") && (text.startsWith("-") || text.startsWith("+"))) {
            return text.charAt(0) + fill.repeat(left) + text.substring(1);
        }
        return fill.repeat(left) + text + fill.repeat((int) lacking - left);
    }
}
