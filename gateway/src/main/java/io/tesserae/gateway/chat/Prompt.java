package io.tesserae.gateway.chat;

import io.tesserae.gateway.stage.PromptPart;
import java.util.List;

/**
 * The whole prompt's layout, known before the first tile is cut.
 *
 * @param parts text and slots in order
 * @param slots for each slot, what fills it
 * @param tiles tiles of all pictures
 * @param toolForm how the model writes calls of tools; empty where it was offered none
 */
record Prompt(List<PromptPart> parts, List<Place> slots, int tiles, String toolForm) {

    /**
     * What fills a slot.
     *
     * @param picture which of the question's pictures
     * @param slot    which slot of that picture's plan
     */
    record Place(int picture, int slot) {
    }
}
