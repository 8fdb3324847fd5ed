package io.tesserae.llm.template;

import java.util.AbstractList;

/** Python's range, at most as long as jinja2's sandbox lets it be. */
final class Range extends AbstractList<Object> {

    private static final int LONGEST = 100_000;

    private final long start;
    private final long stop;
    private final long step;
    private final int size;

    Range(long start, long stop, long step) {
        if (step == 0) {
            throw TemplateException.failed("range() arg 3 must not be zero");
        }
        double length = Math.max(0, Math.ceil(((double) stop - start) / step));
        if (length > LONGEST) {
            throw TemplateException.limit("a range of more than " + LONGEST + " numbers");
        }
        this.start = start;
        this.stop = stop;
        this.step = step;
        this.size = (int) length;
    }

    static Object make(Arguments arguments) {
        Object[] bound = arguments.bind("range", 1, "start", "stop", "step");
        boolean one = bound[1] == Arguments.ABSENT;
        return new Range(one ? 0 : PythonNumbers.index(bound[0]), PythonNumbers.index(bound[one ? 0 : 1]),
                bound[2] == Arguments.ABSENT ? 1 : PythonNumbers.index(bound[2]));
    }

    /** What Python's slice of a range is: a range. */
    Range slice(long first, long last, long stride) {
        return new Range(start + first * step, start + last * step, step * stride);
    }

    @Override
    public Object get(int index) {
        return start + index * step;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String toString() {
        return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
    }
}
