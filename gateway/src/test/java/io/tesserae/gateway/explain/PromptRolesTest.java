package io.tesserae.gateway.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.tesserae.gateway.Content;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.Turn.Role;
import io.tesserae.gateway.stage.ExplanationStage.ReadToken;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptRolesTest {

    private static ReadToken text(String text) {
        return new ReadToken(1, text.getBytes(StandardCharsets.UTF_8), false, -1);
    }

    @Test
    void findsWhatEachTurnSaysInTheOrderOfTheTurns() {
        List<ReadToken> tokens = List.of(new ReadToken(0, "<s>".getBytes(StandardCharsets.UTF_8), true, -1), text("user"), text("\n"),
                new ReadToken(9, new byte[0], false, 0), text("yes"), text("?"), text("\n"), text("yes"), text("\n"), text(" why"));
        List<Turn> turns = List.of(new Turn(Role.USER, "", List.of(new Content.Words("yes?"))),
                new Turn(Role.ASSISTANT, "", List.of(new Content.Words("yes"))), new Turn(Role.USER, "", List.of(new Content.Words(" why "))));
        assertArrayEquals(new String[] {"special", "template", "template", "image", "user", "user", "template", "assistant", "template", "user"},
                PromptRoles.of(tokens, turns));
    }
}
