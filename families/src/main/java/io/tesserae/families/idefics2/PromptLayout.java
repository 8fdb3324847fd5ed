package io.tesserae.families.idefics2;

import io.tesserae.families.PromptPiece;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A boundary token on either side of each tile's run; neighbours share one, and a word that follows one is set off by a space. */
record PromptLayout(int tokensPerTile) {

    private static final String AROUND = "<fake_token_around_image>";
    /** As the reference writes it; what Python counts as space is a little more than what Java does. */
    private static final Pattern ATTACHED = Pattern.compile(AROUND + "(?=[^\\s\\x1c-\\x1f<])", Pattern.UNICODE_CHARACTER_CLASS);

    List<PromptPiece> of(int tiles) {
        List<PromptPiece> pieces = new ArrayList<>();
        for (int tile = 0; tile < tiles; tile++) {
            pieces.add(new PromptPiece.Text(AROUND));
            pieces.add(new PromptPiece.Slot(tile, tokensPerTile));
        }
        pieces.add(new PromptPiece.Text(AROUND));
        return pieces;
    }

    /** Text between two runs, the conversation's and the pictures' own together. */
    static String between(String text) {
        return ATTACHED.matcher(text.replace(AROUND + AROUND, AROUND)).replaceAll(AROUND + " ");
    }
}
