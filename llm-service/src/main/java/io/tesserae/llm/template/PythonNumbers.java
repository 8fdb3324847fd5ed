package io.tesserae.llm.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** Python's integers and floats: how they are read and printed, and arithmetic on them. */
final class PythonNumbers {

    private PythonNumbers() {
    }

    /** An integer literal without underscores, in base 2, 8, 10 or 16. */
    static Number literal(String digits) {
        if (digits.length() > 2 && digits.charAt(0) == '0' && !Character.isDigit(digits.charAt(1))) {
            int base = switch (Character.toLowerCase(digits.charAt(1))) {
                case 'b' -> 2;
                case 'o' -> 8;
                default -> 16;
            };
            return narrow(new BigInteger(digits.substring(2), base));
        }
        return narrow(new BigInteger(digits));
    }

    static Number narrow(BigInteger value) {
        return value.bitLength() < 64 ? (Number) value.longValue() : value;
    }

    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof Boolean || value instanceof BigInteger;
    }

    static boolean isNumber(Object value) {
        return isInteger(value) || value instanceof Double;
    }

    /** A value where Python wants an integer, as an index is. */
    static long index(Object value) {
        if (value instanceof Long number) {
            return number;
        }
        if (value instanceof Boolean flag) {
            return flag ? 1 : 0;
        }
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        throw TemplateException.failed("an integer is expected, not '" + PythonTypes.name(value) + "'");
    }

    static double asDouble(Object value) {
        return value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).doubleValue();
    }

    static BigInteger asInteger(Object value) {
        return value instanceof BigInteger big ? big : BigInteger.valueOf(index(value));
    }

    /** One of {@code + - * / // % **} on two numbers. */
    static Object arithmetic(String operator, Object left, Object right) {
        if (operator.equals("/") || !isInteger(left) || !isInteger(right)) {
            return floating(operator, asDouble(left), asDouble(right));
        }
        BigInteger a = asInteger(left);
        BigInteger b = asInteger(right);
        switch (operator) {
            case "+":
                return narrow(a.add(b));
            case "-":
                return narrow(a.subtract(b));
            case "*":
                return narrow(bounded(a.bitLength() + (long) b.bitLength(), a).multiply(b));
            case "**":
                if (b.signum() < 0) {
                    return floating(operator, a.doubleValue(), b.doubleValue());
                }
                return narrow(bounded(b.bitLength() > 31 ? Long.MAX_VALUE : a.bitLength() * b.longValue(), a).pow(b.intValue()));
            default:
                if (b.signum() == 0) {
                    throw TemplateException.failed("integer division or modulo by zero");
                }
                BigInteger[] parts = a.divideAndRemainder(b);
                boolean below = parts[1].signum() != 0 && parts[1].signum() != b.signum();
                return operator.equals("//")
                        ? narrow(below ? parts[0].subtract(BigInteger.ONE) : parts[0])
                        : narrow(below ? parts[1].add(b) : parts[1]);
        }
    }

    private static BigInteger bounded(long bits, BigInteger value) {
        if (bits > 4096) {
            throw TemplateException.limit("an integer of more than 4096 bits");
        }
        return value;
    }

    private static double floating(String operator, double a, double b) {
        if (b == 0 && (operator.startsWith("/") || operator.equals("%"))) {
            throw TemplateException.failed("division by zero");
        }
        double rest = a % b;
        rest = rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.rint((a - rest) / b);
            case "%" -> rest == 0 ? Math.copySign(0, b) : rest;
            default -> Math.pow(a, b);
        };
    }

    /** Python's repr of a float: shortest digits that read back as the same number. */
    static String repr(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(Math.abs(value));
        BigDecimal shortest = exact;
        for (int precision = 1; precision <= 17; precision++) {
            shortest = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == Math.abs(value)) {
                break;
            }
        }
        String digits = shortest.unscaledValue().toString().replaceAll("0+$", "");
        int point = shortest.precision() - shortest.scale();
        String text;
        if (point > 16 || point < -3) {
            int exponent = point - 1;
            String sign = exponent < 0 ? "-" : "+";
            text = digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "") + "e" + sign + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        } else if (point <= 0) {
            text = "0." + "0".repeat(-point) + digits;
        } else if (digits.length() <= point) {
            text = digits + "0".repeat(point - digits.length()) + ".0";
        } else {
            text = digits.substring(0, point) + "." + digits.substring(point);
        }
        return value < 0 ? "-" + text : text;
    }

    /** Python's round(value, precision). */
    static Object round(Object value, int precision, RoundingMode mode) {
        if (isInteger(value)) {
            return precision >= 0 ? value
                    : narrow(new BigDecimal(asInteger(value)).setScale(precision, mode).toBigInteger());
        }
        double number = asDouble(value);
        if (Double.isNaN(number) || Double.isInfinite(number) || precision > 330) {
            return number;
        }
        double rounded = new BigDecimal(number).setScale(Math.max(precision, -330), mode).doubleValue();
        return rounded == 0 ? Math.copySign(0, number) : rounded;
    }
}
