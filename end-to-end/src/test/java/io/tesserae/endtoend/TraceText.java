package io.tesserae.endtoend;

import io.opentelemetry.proto.trace.v1.Span;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A trace as a page: one line a span, below its parent, with when it began and how long it took. */
final class TraceText {

    private final List<TraceCollector.Sent> spans;
    private final StringBuilder text = new StringBuilder();
    private final long start;

    private TraceText(List<TraceCollector.Sent> spans) {
        this.spans = spans.stream().sorted(Comparator.comparingLong(sent -> sent.span().getStartTimeUnixNano())).toList();
        this.start = this.spans.get(0).span().getStartTimeUnixNano();
    }

    static String of(List<TraceCollector.Sent> spans) {
        TraceText text = new TraceText(spans);
        text.spans.stream().filter(sent -> spans.stream().noneMatch(other -> other.id().equals(sent.parent()))).forEach(root -> text.line(root, 0));
        return text.text.toString();
    }

    private void line(TraceCollector.Sent sent, int depth) {
        Span span = sent.span();
        String name = "  ".repeat(depth) + span.getName();
        text.append(String.format(Locale.ROOT, "%-36s %-22s %9.1f ms %+9.1f ms  %s%n", name, sent.service(), (span.getStartTimeUnixNano() - start) / 1e6,
                (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / 1e6, attributes(span)).stripTrailing()).append('\n');
        spans.stream().filter(child -> child.parent().equals(sent.id())).forEach(child -> line(child, depth + 1));
    }

    private static String attributes(Span span) {
        return span.getAttributesList().stream().filter(attribute -> attribute.getKey().startsWith("tesserae.") && !attribute.getKey().equals("tesserae.request"))
                .map(attribute -> attribute.getKey().substring("tesserae.".length()) + "="
                        + (attribute.getValue().hasStringValue() ? attribute.getValue().getStringValue() : Long.toString(attribute.getValue().getIntValue())))
                .collect(Collectors.joining(" "));
    }
}
