package io.tesserae.gateway.stage;

import io.tesserae.gateway.Content;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.Turn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which questions should meet at one brain, because their prompts begin the same: those about one first picture, and all turns of one
 * conversation. An instruction that many conversations share makes them no kin, or all would go to one brain.
 */
final class Kinship {

    private Kinship() {
    }

    /** A key that kin share and others hardly ever. */
    static long of(Question question, List<PromptPart> prompt) {
        for (PromptPart part : prompt) {
            if (part instanceof PromptPart.Slot slot && slot.hash().length >= Long.BYTES) {
                return ByteBuffer.wrap(slot.hash()).getLong();
            }
        }
        long key = 0;
        for (Turn turn : question.turns()) {
            key = 31 * key + hash(turn);
            if (turn.role() == Turn.Role.USER) {
                break;
            }
        }
        return key;
    }

    /** FNV-1a over the turn's words. */
    private static long hash(Turn turn) {
        long hash = 0xcbf29ce484222325L;
        for (Content content : turn.content()) {
            if (content instanceof Content.Words words) {
                for (byte octet : words.text().getBytes(StandardCharsets.UTF_8)) {
                    hash = (hash ^ octet) * 0x100000001b3L;
                }
            }
        }
        return hash;
    }
}
