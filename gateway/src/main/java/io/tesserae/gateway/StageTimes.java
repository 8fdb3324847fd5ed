package io.tesserae.gateway;

import io.tesserae.contract.metric.Stage;
import java.util.Map;

/**
 * Where the time of one answer went. Stages overlap, so their times may add up to more than the total.
 *
 * @param nanos      wall time during which each stage was at work, in the order of the journey; stages that took no part are absent
 * @param firstToken nanoseconds from the request's arrival to its first token; 0 where there was none
 * @param total      nanoseconds from the request's arrival to its end
 */
public record StageTimes(Map<Stage, Long> nanos, long firstToken, long total) {
}
