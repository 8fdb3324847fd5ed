package io.tesserae.llm.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code text % values}. */
final class PercentFormat {

    private static final Pattern FIELD = Pattern.compile("%(?:\\(([^)]*)\\))?([-+ 0#]*)(\\d{0,4})(?:\\.(\\d{0,3}))?(.)", Pattern.DOTALL);

    private PercentFormat() {
    }

    static String format(String format, Object values) {
        List<?> list = values instanceof Tuple tuple ? tuple : Collections.singletonList(values);
        StringBuilder out = new StringBuilder();
        Matcher field = FIELD.matcher(format);
        int at = 0;
        int next = 0;
        boolean byName = false;
        for (int percent = format.indexOf('%'); percent >= 0; percent = format.indexOf('%', at)) {
            out.append(format, at, percent);
            if (!field.region(percent, format.length()).lookingAt()) {
                throw TemplateException.failed("incomplete format");
            }
            at = field.end();
            if (field.group(5).equals("%")) {
                out.append('%');
                continue;
            }
            Object value;
            if (field.group(1) != null) {
                byName = true;
                value = named(values, field.group(1));
            } else if (next < list.size()) {
                value = list.get(next++);
            } else {
                throw TemplateException.failed("not enough arguments for format string");
            }
            out.append(field(value, field.group(5).charAt(0), field.group(2), field.group(3), field.group(4)));
        }
        if (next < list.size() && !byName && !(values instanceof Map) && !(values instanceof List && !(values instanceof Tuple))) {
            throw TemplateException.failed("not all arguments converted during string formatting");
        }
        return out.append(format.substring(at)).toString();
    }

    private static Object named(Object values, String name) {
        if (values instanceof Map<?, ?> map && map.containsKey(name)) {
            return map.get(name);
        }
        throw TemplateException.failed("format needs a mapping with " + PythonText.repr(name));
    }

    private static String field(Object value, char conversion, String flags, String width, String precision) {
        int digits = precision == null ? -1 : precision.isEmpty() ? 0 : Integer.parseInt(precision);
        String text;
        switch (conversion) {
            case 's', 'r', 'a':
                text = conversion == 's' ? PythonText.str(value) : PythonText.repr(value);
                if (digits >= 0 && PythonTypes.length(text) > digits) {
                    text = text.substring(0, text.offsetByCodePoints(0, digits));
                }
                return padded(text, flags.replace("0", ""), width);
            case 'd', 'i', 'u':
                text = new BigDecimal(number(value, conversion)).setScale(0, RoundingMode.DOWN).toPlainString();
                break;
            case 'x', 'X', 'o':
                text = PythonNumbers.asInteger(value).toString(conversion == 'o' ? 8 : 16);
                text = conversion == 'X' ? text.toUpperCase(Locale.ROOT) : text;
                break;
            case 'f', 'F':
                text = new BigDecimal(Double.parseDouble(number(value, conversion))).setScale(digits < 0 ? 6 : digits, RoundingMode.HALF_EVEN).toPlainString();
                break;
            default:
                throw TemplateException.unsupported("format %" + conversion);
        }
        if (!text.startsWith("-") && (flags.contains("+") || flags.contains(" "))) {
            text = (flags.contains("+") ? "+" : " ") + text;
        }
        return padded(text, flags, width);
    }

    /** A number's digits, as BigDecimal reads them. */
    private static String number(Object value, char conversion) {
        if (PythonNumbers.isInteger(value)) {
            return PythonNumbers.asInteger(value).toString();
        }
        if (value instanceof Double number && !number.isNaN() && !number.isInfinite()) {
            return new BigDecimal(number).toPlainString();
        }
        throw TemplateException.failed("%" + conversion + " format: a real number is required, not " + PythonTypes.name(value));
    }

    private static String padded(String text, String flags, String width) {
        int lacking = width.isEmpty() ? 0 : (int) (Integer.parseInt(width) - PythonTypes.length(text));
        if (lacking <= 0) {
            return text;
        }
        if (flags.contains("-")) {
            return text + " ".repeat(lacking);
        }
        if (flags.contains("0")) {
            int sign = text.matches("[-+ ].*") ? 1 : 0;
            return text.substring(0, sign) + "0".repeat(lacking) + text.substring(sign);
        }
        return " ".repeat(lacking) + text;
    }
}
