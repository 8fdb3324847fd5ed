package io.tesserae.gateway.explain;

import io.tesserae.gateway.Content;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.stage.ExplanationStage.ReadToken;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Whose words a prompt's tokens are. The chat template says nothing of that, so what each turn says is looked for in the prompt, turn after turn; what is
 * found nowhere (a template may change it) counts as the template's.
 */
final class PromptRoles {

    static final String TEMPLATE = "template";
    static final String SPECIAL = "special";
    static final String IMAGE = "image";

    private PromptRoles() {
    }

    /** For each token "special", "image", "template", or the role of whose turn it is a part. */
    static String[] of(List<ReadToken> tokens, List<Turn> turns) {
        String[] roles = new String[tokens.size()];
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int[] starts = new int[tokens.size()];
        for (int i = 0; i < roles.length; i++) {
            ReadToken token = tokens.get(i);
            starts[i] = all.size();
            all.writeBytes(token.utf8());
            // No word goes on across a picture.
            if (token.slot() >= 0) {
                all.write(0);
            }
            roles[i] = token.slot() >= 0 ? IMAGE : token.special() ? SPECIAL : TEMPLATE;
        }
        byte[] text = all.toByteArray();
        int cursor = 0;
        for (Turn turn : turns) {
            for (Content content : turn.content()) {
                byte[] words = content instanceof Content.Words said ? said.text().strip().getBytes(StandardCharsets.UTF_8) : new byte[0];
                int at = words.length == 0 ? -1 : indexOf(text, words, cursor);
                if (at >= 0) {
                    cursor = at + words.length;
                    mark(roles, tokens, starts, at, cursor, turn.role().name().toLowerCase(Locale.ROOT));
                }
            }
        }
        return roles;
    }

    private static void mark(String[] roles, List<ReadToken> tokens, int[] starts, int from, int to, String role) {
        for (int i = 0; i < roles.length; i++) {
            int end = starts[i] + tokens.get(i).utf8().length;
            if (roles[i].equals(TEMPLATE) && end > from && starts[i] < to) {
                roles[i] = role;
            }
        }
    }

    private static int indexOf(byte[] text, byte[] words, int from) {
        for (int at = from; at + words.length <= text.length; at++) {
            if (Arrays.equals(text, at, at + words.length, words, 0, words.length)) {
                return at;
            }
        }
        return -1;
    }
}
