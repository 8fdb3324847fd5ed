package io.tesserae.llm.scheduler;

import io.tesserae.llm.text.Prompt;
import java.util.List;

/**
 * What a row of the KV cache still holds of a sequence that has left it.
 *
 * @param tokens of which the first {@code length} are computed
 * @param slots  its pictures
 * @param leftAt number of departures before this one: the lowest was left longest ago
 */
record HeldPrefix(long[] tokens, int length, List<Prompt.Slot> slots, long leftAt) {
}
