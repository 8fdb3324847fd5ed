package io.tesserae.llm.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters on text; what is not text is printed first, as jinja2 does. */
final class TextFilters {

    private static final Pattern WORD_START = Pattern.compile("[-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

    static final Map<String, Filter> ALL = Map.ofEntries(
            Map.entry("trim", TextFilters::trim),
            Map.entry("upper", (value, arguments) -> plain(value, "upper", arguments)),
            Map.entry("lower", (value, arguments) -> plain(value, "lower", arguments)),
            Map.entry("capitalize", (value, arguments) -> plain(value, "capitalize", arguments)),
            Map.entry("title", TextFilters::title),
            Map.entry("replace", TextFilters::replace),
            Map.entry("indent", TextFilters::indent),
            Map.entry("center", TextFilters::center),
            Map.entry("truncate", TextFilters::truncate),
            Map.entry("wordcount", TextFilters::wordCount),
            Map.entry("format", TextFilters::format),
            Map.entry("urlencode", TextFilters::urlEncode),
            Map.entry("escape", TextFilters::escape),
            Map.entry("e", TextFilters::escape),
            Map.entry("forceescape", (value, arguments) -> new Markup(Markup.escape(PythonText.str(value)))),
            Map.entry("safe", (value, arguments) -> value instanceof Markup ? value : new Markup(PythonText.str(value))),
            Map.entry("string", (value, arguments) -> value instanceof Markup ? value : PythonText.str(value)));

    private TextFilters() {
    }

    /** An answer that stays marked safe where the value was. */
    private static Object like(Object value, String answer) {
        return value instanceof Markup ? new Markup(answer) : answer;
    }

    private static Object plain(Object value, String method, Arguments arguments) {
        arguments.bind(method, 0);
        return like(value, StringMethods.cased(PythonText.str(value), method));
    }

    private static Object trim(Object value, Arguments arguments) {
        Object characters = Arguments.or(arguments.bind("trim", 0, "chars")[0], null);
        String text = PythonText.str(value);
        arguments.rendering().length(text.length());
        return like(value, PythonText.strip(text, characters == null ? null : Arguments.text(characters), true, true));
    }

    private static Object title(Object value, Arguments arguments) {
        arguments.bind("title", 0);
        String text = PythonText.str(value);
        StringBuilder out = new StringBuilder();
        Matcher starts = WORD_START.matcher(text);
        int at = 0;
        while (starts.find()) {
            word(text.substring(at, starts.start()), out);
            word(starts.group(), out);
            at = starts.end();
        }
        word(text.substring(at), out);
        return like(value, out.toString());
    }

    private static void word(String word, StringBuilder out) {
        if (!word.isEmpty()) {
            int rest = word.offsetByCodePoints(0, 1);
            out.append(word.substring(0, rest).toUpperCase(Locale.ROOT)).append(word.substring(rest).toLowerCase(Locale.ROOT));
        }
    }

    private static Object replace(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("replace", 2, "old", "new", "count");
        int count = Arguments.or(bound[2], null) == null ? -1 : Arguments.integer(bound[2], -1);
        String text = PythonText.str(value);
        arguments.rendering().length(text.length());
        return StringMethods.replace(text, PythonText.str(bound[0]), PythonText.str(bound[1]), count, arguments.rendering());
    }

    private static Object indent(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("indent", 0, "width", "first", "blank");
        String text = Arguments.text(value);
        Object width = Arguments.or(bound[0], 4L);
        String indent = width instanceof String given ? given : " ".repeat((int) Math.max(0, Math.min(10_000, PythonNumbers.index(width))));
        boolean blank = Arguments.flag(bound[2]);
        StringBuilder out = new StringBuilder(Arguments.flag(bound[1]) ? indent : "");
        // one more line end than the text has, so that a last empty line counts
        List<Object> lines = PythonText.lines(text + "\n", false);
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            out.append(i == 0 ? "" : "\n").append(i > 0 && (blank || !line.isEmpty()) ? indent : "").append(line);
            arguments.rendering().fits(out.length());
            arguments.rendering().spend(1 + indent.length() / 64);
        }
        arguments.rendering().length(out.length());
        return like(value, out.toString());
    }

    private static Object center(Object value, Arguments arguments) {
        int width = Arguments.integer(arguments.bind("center", 0, "width")[0], 80);
        return like(value, StringMethods.pad(PythonText.str(value), "center", width, " ", arguments.rendering()));
    }

    private static Object truncate(Object value, Arguments arguments) {
        Object[] bound = arguments.bind("truncate", 0, "length", "killwords", "end", "leeway");
        String text = Arguments.text(value);
        int length = Arguments.integer(bound[0], 255);
        String end = Arguments.text(Arguments.or(bound[2], "..."));
        int leeway = Arguments.or(bound[3], null) == null ? 5 : Arguments.integer(bound[3], 5);
        int kept = length - (int) PythonTypes.length(end);
        if (kept < 0 || leeway < 0) {
            throw TemplateException.failed("truncate's length is shorter than its end");
        }
        if (PythonTypes.length(text) <= (long) length + leeway) {
            return value;
        }
        String cut = text.substring(0, text.offsetByCodePoints(0, kept));
        int blank = cut.lastIndexOf(' ');
        return like(value, (Arguments.flag(bound[1]) || blank < 0 ? cut : cut.substring(0, blank)) + end);
    }

    private static Object wordCount(Object value, Arguments arguments) {
        arguments.bind("wordcount", 0);
        return WORD.matcher(PythonText.str(value)).results().count();
    }

    private static Object format(Object value, Arguments arguments) {
        if (!arguments.named().isEmpty() && !arguments.positional().isEmpty()) {
            throw TemplateException.failed("can't handle positional and keyword arguments at the same time");
        }
        Object values = arguments.named().isEmpty() ? new Tuple(arguments.positional()) : arguments.named();
        return like(value, PercentFormat.format(PythonText.str(value), values));
    }

    private static Object urlEncode(Object value, Arguments arguments) {
        arguments.bind("urlencode", 0);
        if (!(value instanceof String) && !(value instanceof Markup)) {
            throw TemplateException.unsupported("urlencode of what is not a text");
        }
        return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~").replace("%2F", "/");
    }

    private static Object escape(Object value, Arguments arguments) {
        arguments.bind("escape", 0);
        return value instanceof Markup ? value : new Markup(Markup.escape(PythonText.str(value)));
    }
}
