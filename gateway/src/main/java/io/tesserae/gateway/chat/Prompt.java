package io.tesserae.gateway.chat;

import io.tesserae.families.Weaving;
import io.tesserae.gateway.stage.PromptPart;
import java.util.List;

/**
 * The whole prompt's layout, known before the first tile is cut.
 *
 * @param parts text and slots in order
 * @param runs  for each slot, what fills it
 * @param tiles tiles that are encoded
 */
record Prompt(List<PromptPart> parts, List<Run> runs, int tiles) {

    /**
     * What fills a slot.
     *
     * @param tiles   which of the question's tiles
     * @param tokens  tokens in the slot
     * @param weaving how their embeddings become the slot's
     */
    record Run(List<Integer> tiles, int tokens, Weaving weaving) {
    }
}
