package io.tesserae.llm.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tesserae.llm.sampling.AllowedTokens;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A model that says whatever it may: every byte is a token, and some longer pieces that cross what grammars are made of. Token 0 ends an answer. */
final class Walker {

    static final Set<Long> ENDS = Set.of(0L);
    private static final String[] PIECES = {"{\"", "\":", "\": ", "\",", "\", \"", "\"}", "\"]", "},", "]}", "[]", "{}", "}\n", ",\n", "\n  ", "tr", "true", "null", "ll",
        "12", "0.", "e+", "-1", "the", " a", "foo", "foo\"", "bar\":", "\\u00", "\\n", "\\\"", "é", "日本", "\uD83D\uDE00", "<tool_call>", "<tool_call>\n{", "call>", "</tool"};

    static final TokenTrie TOKENS = new TokenTrie(tokens());

    private Walker() {
    }

    private static byte[][] tokens() {
        List<byte[]> tokens = new ArrayList<>();
        tokens.add(new byte[0]);
        for (int value = 0; value < 256; value++) {
            tokens.add(new byte[] {(byte) value});
        }
        for (String piece : PIECES) {
            tokens.add(piece.getBytes(StandardCharsets.UTF_8));
        }
        return tokens.toArray(byte[][]::new);
    }

    /** How an answer came out. */
    record Walk(String text, boolean cutShort, int tokens) {
    }

    /** Says something of at most so many tokens, as the engine would. */
    static Walk walk(Grammar grammar, Random random, int most) {
        Guide guide = grammar.guide();
        AllowedTokens allowed = guide.allowed(ENDS);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int count = 0;
        while (count < most) {
            int token = guide.forced();
            if (token < 0) {
                token = choose(allowed, random);
                token = token == 0 ? 0 : guide.fitting(token, most - count);
            }
            count++;
            if (token == 0) {
                break;
            }
            said.writeBytes(TOKENS.bytesOf(token));
            guide.accept(token);
            if (guide.complete() || guide.cutShort() && guide.forced() < 0) {
                break;
            }
        }
        return new Walk(said.toString(StandardCharsets.UTF_8), guide.cutShort(), count);
    }

    private static int choose(AllowedTokens allowed, Random random) {
        float[] logits = new float[TOKENS.vocabulary()];
        allowed.forbidOthers(logits);
        List<Integer> left = new ArrayList<>();
        for (int token = 0; token < logits.length; token++) {
            assertEquals(allowed.allows(token), logits[token] == 0, "token " + token);
            if (logits[token] == 0) {
                left.add(token);
            }
        }
        if (left.isEmpty()) {
            fail("nothing may follow");
        }
        assertTrue(left.size() <= logits.length);
        // Ending is one choice of many: an answer should say something before.
        return left.get(random.nextInt(left.size()));
    }
}
