package io.tesserae.llm.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code text.format(…)}: fields by number or name, their attributes and elements, and the commoner format specifications. */
final class BraceFormat {

    private static final Pattern NAME = Pattern.compile("[^.\\[]*");
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[([^\\]]+)\\]");
    private static final Pattern SPEC = Pattern.compile("(?:(.)?([<>^]))?([-+ ]?)(0?)(\\d{0,4})(,?)(?:\\.(\\d{1,3}))?([a-zA-Z%]?)", Pattern.DOTALL);

    private final Arguments arguments;
    private int next;

    private BraceFormat(Arguments arguments) {
        this.arguments = arguments;
    }

    static String format(String format, Arguments arguments) {
        return new BraceFormat(arguments).fill(format);
    }

    private String fill(String format) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                out.append(c);
                i++;
            } else if (c == '{') {
                int end = format.indexOf('}', i);
                if (end < 0 || format.substring(i + 1, end).indexOf('{') >= 0) {
                    throw TemplateException.unsupported("str.format with a field that is not closed or is nested");
                }
                out.append(field(format.substring(i + 1, end)));
                i = end;
            } else if (c == '}') {
                throw TemplateException.failed("Single '}' encountered in format string");
            } else {
                out.append(c);
            }
            arguments.rendering().fits(out.length());
        }
        return out.toString();
    }

    private String field(String field) {
        int colon = field.indexOf(':');
        String spec = colon < 0 ? "" : field.substring(colon + 1);
        String name = colon < 0 ? field : field.substring(0, colon);
        String conversion = "";
        if (name.length() > 1 && name.charAt(name.length() - 2) == '!') {
            conversion = name.substring(name.length() - 1);
            name = name.substring(0, name.length() - 2);
        }
        Object value = value(name);
        value = switch (conversion) {
            case "" -> value;
            case "s" -> PythonText.str(value);
            default -> PythonText.repr(value);
        };
        return spec.isEmpty() ? PythonText.str(value) : specified(value, spec);
    }

    private Object value(String path) {
        Matcher name = NAME.matcher(path);
        name.lookingAt();
        String first = name.group();
        Object value;
        if (first.isEmpty() || first.matches("\\d{1,4}")) {
            int index = first.isEmpty() ? next++ : Integer.parseInt(first);
            if (index >= arguments.positional().size()) {
                throw TemplateException.failed("Replacement index " + index + " out of range for positional args tuple");
            }
            value = arguments.positional().get(index);
        } else if (arguments.named().containsKey(first)) {
            value = arguments.named().get(first);
        } else {
            throw TemplateException.failed("str.format lacks " + PythonText.repr(first));
        }
        Matcher step = STEP.matcher(path).region(name.end(), path.length());
        while (step.lookingAt()) {
            String key = step.group(2);
            value = key == null ? Access.attributeOrItem(value, step.group(1))
                    : Access.itemOrAttribute(value, key.matches("\\d{1,9}") ? (Object) Long.valueOf(key) : key);
            step.region(step.end(), path.length());
        }
        return value;
    }

    private static String specified(Object value, String spec) {
        Matcher match = SPEC.matcher(spec);
        if (!match.matches()) {
            throw TemplateException.unsupported("str.format with ':" + spec + "'");
        }
        boolean number = PythonNumbers.isNumber(value) && !(value instanceof Boolean && match.group(8).isEmpty());
        String text = number ? number(value, match) : text(value, match);
        boolean zeros = !match.group(4).isEmpty() && match.group(2) == null;
        String fill = zeros ? "0" : match.group(1) == null ? " " : match.group(1);
        String align = match.group(2) == null ? (number ? ">" : "<") : match.group(2);
        long lacking = match.group(5).isEmpty() ? 0 : Long.parseLong(match.group(5)) - PythonTypes.length(text);
        if (lacking <= 0) {
            return text;
        }
        if (zeros && number) {
            int sign = text.matches("[-+ ].*") ? 1 : 0;
            return text.substring(0, sign) + "0".repeat((int) lacking) + text.substring(sign);
        }
        int left = (int) (align.equals(">") ? lacking : align.equals("^") ? lacking / 2 : 0);
        return fill.repeat(left) + text + fill.repeat((int) lacking - left);
    }

    private static String text(Object value, Matcher spec) {
        String text = PythonText.str(value);
        if (!spec.group(8).isEmpty() && !spec.group(8).equals("s") || !(value instanceof String || value instanceof Markup || value instanceof Boolean)) {
            throw TemplateException.failed("unsupported format string passed to " + PythonTypes.name(value) + ".__format__");
        }
        int most = spec.group(7) == null ? Integer.MAX_VALUE : Integer.parseInt(spec.group(7));
        return PythonTypes.length(text) > most ? text.substring(0, text.offsetByCodePoints(0, most)) : text;
    }

    private static String number(Object value, Matcher spec) {
        String type = spec.group(8);
        int digits = spec.group(7) == null ? 6 : Integer.parseInt(spec.group(7));
        boolean integer = PythonNumbers.isInteger(value);
        String text;
        if (integer && (type.isEmpty() || type.equals("d")) && spec.group(7) == null) {
            text = PythonNumbers.asInteger(value).toString();
        } else if (integer && (type.equals("x") || type.equals("X") || type.equals("b") || type.equals("o"))) {
            BigInteger whole = PythonNumbers.asInteger(value);
            text = whole.toString(type.equals("b") ? 2 : type.equals("o") ? 8 : 16);
            text = type.equals("X") ? text.toUpperCase(Locale.ROOT) : text;
        } else if (type.equals("f") || type.equals("%")) {
            BigDecimal scaled = new BigDecimal(PythonNumbers.asDouble(value) * (type.equals("%") ? 100 : 1));
            text = scaled.setScale(digits, RoundingMode.HALF_EVEN).toPlainString() + (type.equals("%") ? "%" : "");
        } else if (type.isEmpty() && spec.group(7) == null) {
            text = PythonNumbers.repr((Double) value);
        } else {
            throw TemplateException.unsupported("str.format with the type '" + type + "'");
        }
        if (!spec.group(6).isEmpty()) {
            text = text.replaceAll("(?<=\\d)(?=(\\d{3})+(?:\\.|$))(?<!\\.\\d{0,300})", ",");
        }
        return text.startsWith("-") || spec.group(3).isEmpty() || spec.group(3).equals("-") ? text : spec.group(3) + text;
    }
}
