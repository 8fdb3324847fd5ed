package io.tesserae.gateway.chat;

import io.tesserae.gateway.stage.PromptPart;
import java.util.List;

/**
 * The whole prompt's layout, known before the first tile is cut.
 *
 * @param parts       text and slots in order
 * @param tileOfSlot  for each slot, which of the question's tiles fills it
 * @param tiles       tiles that are encoded
 */
record Prompt(List<PromptPart> parts, List<Integer> tileOfSlot, int tiles) {
}
