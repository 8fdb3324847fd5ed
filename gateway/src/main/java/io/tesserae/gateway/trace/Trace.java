package io.tesserae.gateway.trace;

import io.tesserae.gateway.StageTimes;
import io.tesserae.gateway.Usage;
import io.tesserae.gateway.errand.StageClock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One request's time, after it has ended.
 *
 * @param id         the request's
 * @param ended      milliseconds since 1970
 * @param arrival    {@link System#nanoTime} of its arrival, which spans are counted from
 * @param model      name of the model; empty where it failed before that was known
 * @param nerve      name of the nerve that was used; empty where none was
 * @param failure    reason of the failure that ended it; empty where it was answered
 * @param pictures   different ones, in the order of the request
 * @param usage      empty where it was not answered
 * @param times      wall time of each stage, and of the whole
 * @param spans      in order of their beginning
 */
public record Trace(String id, long ended, long arrival, String model, String nerve, Optional<String> failure, List<Picture> pictures,
        Optional<Usage> usage, StageTimes times, List<StageClock.Span> spans) {

    /** More spans than this are not kept of one request. */
    private static final int MOST_SPANS = 2_000;

    public Trace {
        spans = spans.stream().sorted(Comparator.comparingLong(StageClock.Span::start)).limit(MOST_SPANS).toList();
    }

    /**
     * A picture of the request.
     *
     * @param known  what its spans know it by
     * @param detail how closely it was looked at
     */
    public record Picture(String known, int width, int height, String detail, int tiles, int imageTokens) {
    }
}
