package io.tesserae.llm.grammar.schema;

import io.tesserae.llm.grammar.Automaton;
import io.tesserae.llm.grammar.CodePoints;
import io.tesserae.llm.grammar.Term;
import io.tesserae.llm.grammar.Terms;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Numbers: bounds and multiples, digit by digit. Up to fifteen digits before the point: what a double holds exactly. */
final class NumberTerms {

    private static final int DIGITS = 15;
    private static final BigInteger LARGEST = BigInteger.TEN.pow(DIGITS).subtract(BigInteger.ONE);
    private static final int LARGEST_DIVISOR = 1_000;

    private final Terms terms;
    private final JsonTerms json;

    NumberTerms(Terms terms, JsonTerms json) {
        this.terms = terms;
        this.json = json;
    }

    Term of(Conditions conditions, boolean whole) {
        boolean bounded = conditions.least != null || conditions.most != null;
        if (whole || !conditions.multiples.isEmpty()) {
            Term integers = bounded ? integers(conditions) : json.integer;
            for (SchemaAt multiple : conditions.multiples) {
                integers = multiples(integers, multiple);
            }
            return integers;
        }
        return bounded ? decimals(conditions) : json.number;
    }

    private Term multiples(Term integers, SchemaAt multiple) {
        BigDecimal divisor = multiple.node().isNumber() ? multiple.node().decimalValue().stripTrailingZeros() : BigDecimal.ZERO;
        if (divisor.signum() <= 0) {
            throw multiple.refuse("", "must be a number above 0");
        }
        if (divisor.scale() > 0 || divisor.compareTo(BigDecimal.valueOf(LARGEST_DIVISOR)) > 0) {
            throw multiple.refuse("", "only whole numbers up to " + LARGEST_DIVISOR + " can be held to");
        }
        if (divisor.intValue() == 1) {
            return integers;
        }
        return Automaton.of(terms, List.of(integers, Automaton.multiples(terms, divisor.intValue())), List.of(), 4 * StringTerms.MOST_STATES)
                .orElseThrow(() -> multiple.refuse("", "takes too many states to hold to together with the bounds"));
    }

    private Term integers(Conditions conditions) {
        BigInteger least = LARGEST.negate();
        BigInteger most = LARGEST;
        if (conditions.least != null) {
            BigInteger up = conditions.least.setScale(0, RoundingMode.CEILING).toBigInteger();
            least = least.max(conditions.aboveLeast && new BigDecimal(up).compareTo(conditions.least) == 0 ? up.add(BigInteger.ONE) : up);
        }
        if (conditions.most != null) {
            BigInteger down = conditions.most.setScale(0, RoundingMode.FLOOR).toBigInteger();
            most = most.min(conditions.belowMost && new BigDecimal(down).compareTo(conditions.most) == 0 ? down.subtract(BigInteger.ONE) : down);
        }
        return signed(new BigDecimal(least), false, new BigDecimal(most), false, false);
    }

    private Term decimals(Conditions conditions) {
        BigDecimal least = conditions.least == null ? null : conditions.least;
        BigDecimal most = conditions.most == null ? null : conditions.most;
        for (BigDecimal bound : new BigDecimal[] {least, most}) {
            if (bound != null && bound.stripTrailingZeros().scale() > DIGITS) {
                throw new SchemaException(conditions.path, "a bound has more than " + DIGITS + " digits after the point");
            }
        }
        BigDecimal largest = new BigDecimal(LARGEST);
        boolean lowest = least == null || least.compareTo(largest.negate()) < 0;
        boolean highest = most == null || most.compareTo(largest) > 0;
        return signed(lowest ? largest.negate() : least, !lowest && conditions.aboveLeast, highest ? largest : most, !highest && conditions.belowMost, true);
    }

    private Term signed(BigDecimal least, boolean above, BigDecimal most, boolean below, boolean fraction) {
        if (least.compareTo(most) > 0 || least.compareTo(most) == 0 && (above || below)) {
            return terms.none();
        }
        List<Term> choices = new ArrayList<>();
        if (most.signum() >= 0) {
            boolean positive = least.signum() > 0;
            choices.add(natural(positive ? least : BigDecimal.ZERO, least.signum() >= 0 && above, most, below, fraction));
        }
        if (least.signum() < 0) {
            // -0 is left out where whole numbers are written: some parsers make a fraction of it.
            boolean negative = most.signum() < 0;
            BigDecimal nearest = negative ? most.negate() : fraction ? BigDecimal.ZERO : BigDecimal.ONE;
            choices.add(terms.sequence(terms.literal("-"), natural(nearest, negative ? below : fraction, least.negate(), above, fraction)));
        }
        return terms.either(choices);
    }

    /** Numbers without a sign, by how many digits they have before the point. */
    private Term natural(BigDecimal least, boolean above, BigDecimal most, boolean below, boolean fraction) {
        if (least.compareTo(most) > 0) {
            return terms.none();
        }
        int scale = Math.max(0, Math.max(least.stripTrailingZeros().scale(), most.stripTrailingZeros().scale()));
        List<Term> choices = new ArrayList<>();
        for (int digits = 1; digits <= DIGITS; digits++) {
            BigDecimal smallest = digits == 1 ? BigDecimal.ZERO : BigDecimal.TEN.pow(digits - 1);
            BigDecimal next = BigDecimal.TEN.pow(digits);
            if (least.compareTo(next) < 0 && most.compareTo(smallest) >= 0) {
                boolean lower = least.compareTo(smallest) > 0 || least.compareTo(smallest) == 0 && above;
                choices.add(new Digits(digits, scale, lower ? least : null, above, most.compareTo(next) < 0 ? most : null, below, fraction).from(0, true, true));
            }
        }
        return terms.either(choices);
    }

    /** Numbers of so many digits before the point, between two bounds; null for none. */
    private final class Digits {

        private final int whole;
        private final String least;
        private final boolean above;
        private final String most;
        private final boolean below;
        private final boolean fraction;
        private final int all;

        Digits(int whole, int scale, BigDecimal least, boolean above, BigDecimal most, boolean below, boolean fraction) {
            this.whole = whole;
            this.all = whole + scale;
            this.least = least == null ? null : padded(least, scale);
            this.most = most == null ? null : padded(most, scale);
            this.above = above;
            this.below = below;
            this.fraction = fraction;
        }

        private String padded(BigDecimal bound, int scale) {
            String digits = bound.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue().toString();
            return "0".repeat(Math.max(0, all - digits.length())) + digits;
        }

        /** What is left from digit {@code at} on; {@code low}, {@code high}: the digits so far are those of the bound. */
        Term from(int at, boolean onLeast, boolean onMost) {
            boolean low = onLeast && least != null;
            boolean high = onMost && most != null;
            if (at < whole) {
                return digit(at, low, high);
            }
            Term stop = mayStop(at, low, high) ? terms.empty() : terms.none();
            if (!fraction) {
                return stop;
            }
            Term more = at < all ? digit(at, low, high) : beyond(low, high);
            return terms.either(stop, at == whole ? terms.sequence(terms.literal("."), more) : more);
        }

        private Term digit(int at, boolean low, boolean high) {
            int first = low ? least.charAt(at) : at == 0 && whole > 1 ? '1' : '0';
            int last = high ? most.charAt(at) : '9';
            List<Term> choices = new ArrayList<>();
            StringBuilder free = new StringBuilder();
            for (int value = first; value <= last; value++) {
                boolean isLow = low && value == first;
                boolean isHigh = high && value == last;
                if (isLow || isHigh) {
                    choices.add(terms.sequence(CodePoints.ascii(terms, Character.toString(value)), from(at + 1, isLow, isHigh)));
                } else {
                    free.append((char) value);
                }
            }
            if (!free.isEmpty()) {
                choices.add(terms.sequence(CodePoints.ascii(terms, free.toString()), from(at + 1, false, false)));
            }
            return terms.either(choices);
        }

        /** Digits after the last that the bounds have; at least one. */
        private Term beyond(boolean low, boolean high) {
            if (high) {
                return terms.none();
            }
            if (!low) {
                return terms.repeat(json.digit, 1, DIGITS);
            }
            return terms.sequence(terms.repeat(terms.literal("0"), 0, 2), CodePoints.ascii(terms, "123456789"), terms.repeat(json.digit, 0, DIGITS));
        }

        private boolean mayStop(int at, boolean low, boolean high) {
            boolean atLeast = !low || zeros(least, at) && !above;
            boolean atMost = !high || !zeros(most, at) || !below;
            return atLeast && atMost;
        }

        private boolean zeros(String digits, int from) {
            return digits.chars().skip(from).allMatch(value -> value == '0');
        }
    }
}
