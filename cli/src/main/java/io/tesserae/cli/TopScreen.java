package io.tesserae.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** One screenful of {@code top}: which stage takes the time, who waits, and how much is done. */
final class TopScreen {

    private static final List<String> STAGES = List.of("fetch", "decode", "tile", "encode", "project", "transfer", "prefill", "decode_tokens");
    private static final int BAR = 24;
    private static final Predicate<Map<String, String>> ALL = labels -> true;

    private TopScreen() {
    }

    /** @param services how many answered */
    static String of(Interval interval, int services) {
        StringBuilder screen = new StringBuilder();
        Scrape now = interval.after();
        double requests = interval.increase("tesserae_request_duration_seconds_count", ALL);
        line(screen, "%d service%s · %.1f answers/s · %.0f running, %.0f waiting · %.1f refused/s", services, services == 1 ? "" : "s",
                interval.rate("tesserae_request_duration_seconds_count", ALL), now.sum("tesserae_gateway_requests_running", ALL),
                now.sum("tesserae_gateway_requests_waiting", ALL), interval.rate("tesserae_rejections_total", ALL));
        line(screen, "first token %s (95 %%: %s) · between tokens %s (95 %%: %s) · whole answer %s",
                time(interval.mean("tesserae_time_to_first_token_seconds", ALL)), time(interval.quantile(0.95, "tesserae_time_to_first_token_seconds", ALL)),
                time(interval.mean("tesserae_inter_token_latency_seconds", ALL)), time(interval.quantile(0.95, "tesserae_inter_token_latency_seconds", ALL)),
                time(interval.mean("tesserae_request_duration_seconds", ALL)));
        screen.append('\n');
        line(screen, "%-14s %8s %9s %9s %9s  %s", "stage", "calls/s", "mean", "95 %", "waiting", "share of the time");
        double whole = STAGES.stream().mapToDouble(stage -> interval.increase("tesserae_stage_duration_seconds_sum", in(stage))).sum();
        for (String stage : STAGES) {
            stage(screen, interval, stage, whole);
        }
        screen.append('\n');
        line(screen, "tokens/s: %.0f generated, %.0f read, %.0f of pictures · tiles a request: %.1f", interval.rate("tesserae_generated_tokens_total", ALL),
                interval.rate("tesserae_prompt_tokens_total", ALL), interval.rate("tesserae_image_tokens_total", ALL),
                requests == 0 ? 0 : interval.mean("tesserae_tiles_per_request", ALL));
        line(screen, "brain: %.0f running, %.0f waiting, KV cache %.0f %% · tiles waiting: %.0f · caches: %s", now.sum("tesserae_requests_running", ALL),
                now.sum("tesserae_requests_waiting", ALL), 100 * now.sum("tesserae_kv_use", ALL) / Math.max(1, now.count("tesserae_kv_use")),
                now.sum("tesserae_queue_depth", ALL), caches(interval));
        return screen.toString();
    }

    private static void stage(StringBuilder screen, Interval interval, String stage, double whole) {
        double spent = interval.increase("tesserae_stage_duration_seconds_sum", in(stage));
        double share = whole == 0 ? 0 : spent / whole;
        // Sequences wait for the brain under the name of waiting itself.
        Predicate<Map<String, String>> queue = in(stage.equals("prefill") ? "queue" : stage);
        line(screen, "%-14s %8.1f %9s %9s %9s  %s %3.0f %%", stage, interval.rate("tesserae_stage_duration_seconds_count", in(stage)),
                time(interval.mean("tesserae_stage_duration_seconds", in(stage))), time(interval.quantile(0.95, "tesserae_stage_duration_seconds", in(stage))),
                time(interval.quantile(0.95, "tesserae_queue_wait_seconds", queue)), bar(share), 100 * share);
    }

    private static String caches(Interval interval) {
        double asked = interval.increase("tesserae_cache_queries_total", ALL);
        return asked == 0 ? "not asked" : String.format(Locale.ROOT, "%.0f %% found", 100 * interval.increase("tesserae_cache_hits_total", ALL) / asked);
    }

    private static Predicate<Map<String, String>> in(String stage) {
        return labels -> stage.equals(labels.get("stage"));
    }

    private static String bar(double share) {
        int filled = (int) Math.round(share * BAR);
        return "█".repeat(filled) + "·".repeat(BAR - filled);
    }

    static String time(double seconds) {
        if (seconds == 0) {
            return "–";
        }
        return seconds < 1 ? String.format(Locale.ROOT, "%.1f ms", seconds * 1_000) : String.format(Locale.ROOT, "%.2f s", seconds);
    }

    private static void line(StringBuilder screen, String format, Object... values) {
        screen.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
