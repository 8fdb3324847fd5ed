package io.tesserae.gateway.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.metric.Stage;
import io.tesserae.gateway.Usage;
import io.tesserae.gateway.errand.StageClock.Span;
import io.tesserae.gateway.trace.Trace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Times of requests that have ended. */
public final class ExplainTimes {

    private ExplainTimes() {
    }

    /** One request, span by span. */
    public static ObjectNode of(Trace trace) {
        ObjectNode node = head(trace);
        Map<String, Integer> numbers = new HashMap<>();
        ArrayNode pictures = node.putArray("pictures");
        for (Trace.Picture picture : trace.pictures()) {
            numbers.putIfAbsent(picture.known(), numbers.size());
            pictures.addObject().put("width", picture.width()).put("height", picture.height()).put("detail", picture.detail())
                    .put("tiles", picture.tiles()).put("image_tokens", picture.imageTokens());
        }
        ArrayNode spans = node.putArray("spans");
        for (Span span : trace.spans()) {
            ObjectNode one = spans.addObject().put("stage", span.stage().tag())
                    .put("start_ms", Explanations.millis(span.start() - trace.arrival())).put("end_ms", Explanations.millis(span.end() - trace.arrival()));
            Integer picture = numbers.get(span.where().picture());
            if (picture != null) {
                one.put("picture", picture);
            }
            if (span.where().tile() >= 0) {
                one.put("tile", span.where().tile());
            }
            if (!span.where().replica().isEmpty()) {
                one.put("replica", span.where().replica());
            }
            if (span.where().batch() > 0) {
                one.put("batch", span.where().batch());
            }
        }
        return node;
    }

    private static ObjectNode head(Trace trace) {
        ObjectNode node = Explanations.object().put("request_id", trace.id()).put("ended", trace.ended()).put("model", trace.model())
                .put("nerve", trace.nerve()).put("failure", trace.failure().orElse(null))
                .put("first_token_ms", Explanations.millis(trace.times().firstToken())).put("total_ms", Explanations.millis(trace.times().total()));
        trace.usage().ifPresent(usage -> usage(node.putObject("usage"), usage));
        return node;
    }

    private static void usage(ObjectNode node, Usage usage) {
        node.put("prompt_tokens", usage.promptTokens()).put("completion_tokens", usage.completionTokens())
                .put("image_tokens", usage.imageTokens()).put("cached_tokens", usage.cachedTokens())
                .put("tiles", usage.tiles()).put("cached_tiles", usage.cachedTiles());
    }

    /** The last requests, without their spans. */
    public static ObjectNode list(List<Trace> traces) {
        ObjectNode node = Explanations.object().put("object", "list");
        ArrayNode data = node.putArray("data");
        traces.forEach(trace -> data.add(head(trace)));
        return node;
    }

    /** Wall time of each stage over the last requests that were answered: how often it took part, its median, its 95th in a hundred and the last. */
    public static ObjectNode stages(List<Trace> traces) {
        List<Trace> answered = traces.stream().filter(trace -> trace.failure().isEmpty()).toList();
        Map<Stage, List<Long>> nanos = new EnumMap<>(Stage.class);
        List<Long> firstTokens = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        for (Trace trace : answered) {
            trace.times().nanos().forEach((stage, time) -> nanos.computeIfAbsent(stage, any -> new ArrayList<>()).add(time));
            firstTokens.add(trace.times().firstToken());
            totals.add(trace.times().total());
        }
        ObjectNode node = Explanations.object().put("requests", answered.size());
        ArrayNode stages = node.putArray("stages");
        nanos.forEach((stage, times) -> spread(stages.addObject().put("stage", stage.tag()), times));
        spread(node.putObject("first_token"), firstTokens);
        spread(node.putObject("total"), totals);
        return node;
    }

    /** {@code times}: the latest first. */
    private static void spread(ObjectNode node, List<Long> times) {
        node.put("count", times.size());
        if (times.isEmpty()) {
            return;
        }
        node.put("last_ms", Explanations.millis(times.get(0)));
        List<Long> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        node.put("p50_ms", Explanations.millis(sorted.get((sorted.size() - 1) / 2)));
        node.put("p95_ms", Explanations.millis(sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1)));
    }
}
