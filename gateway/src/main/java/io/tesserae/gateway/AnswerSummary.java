package io.tesserae.gateway;

import java.util.List;

/**
 * What is known once an answer has ended.
 *
 * @param finishes why each choice ended, by its index
 */
public record AnswerSummary(List<FinishReason> finishes, Usage usage, StageTimes times) {
}
