package io.tesserae.llm.grammar;

import io.tesserae.llm.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A vocabulary's tokens by their bytes, as a tree in the order of its walk. Tokens that are left out of an answer's text are not in it, nor those that
 * have no logit, nor the few that are longer than {@link #LONGEST}: whatever they say can be said in byteer ones.
 */
public final class TokenTrie {

    /** Bytes of the longest token. A count that is further from its bound than that makes no state of its own ({@link Term#clipped}). */
    static final int LONGEST = 32;

    private final int vocabulary;
    private final byte[][] bytesOf;
    /** By node, in the order of the walk. */
    private final byte[] label;
    private final byte[] depth;
    private final int[] end;
    private final int[] firstToken;
    /** Tokens of all nodes, in the nodes' order. */
    private final int[] tokens;

    /** Of a tokenizer; {@code vocabulary}: logits of one position. */
    public static TokenTrie of(Tokenizer tokenizer, int vocabulary) {
        byte[][] bytes = new byte[vocabulary][];
        for (int id = 0; id < vocabulary; id++) {
            bytes[id] = tokenizer.isSpecial(id) ? new byte[0] : tokenizer.bytesOf(id);
        }
        return new TokenTrie(bytes);
    }

    /** @param bytesOf by token id; empty for tokens that are never written */
    TokenTrie(byte[][] bytesOf) {
        this.bytesOf = bytesOf;
        this.vocabulary = bytesOf.length;
        List<Integer> sorted = new ArrayList<>();
        int total = 0;
        for (int id = 0; id < vocabulary; id++) {
            if (bytesOf[id].length > LONGEST) {
                bytesOf[id] = new byte[0];
            }
            if (bytesOf[id].length > 0) {
                sorted.add(id);
                total += bytesOf[id].length;
            }
        }
        sorted.sort((one, other) -> Arrays.compareUnsigned(bytesOf[one], bytesOf[other]));
        byte[] labels = new byte[total];
        byte[] depths = new byte[total];
        int[] ends = new int[total];
        int[] firsts = new int[total + 1];
        tokens = sorted.stream().mapToInt(Integer::intValue).toArray();
        int nodes = 0;
        int[] path = new int[LONGEST + 1];
        byte[] before = new byte[0];
        for (int i = 0; i < tokens.length; i++) {
            byte[] bytes = bytesOf[tokens[i]];
            int shared = Arrays.mismatch(before, bytes);
            shared = shared < 0 ? bytes.length : shared;
            for (int level = before.length; level > shared; level--) {
                ends[path[level]] = nodes;
            }
            for (int level = shared + 1; level <= bytes.length; level++) {
                labels[nodes] = bytes[level - 1];
                depths[nodes] = (byte) level;
                firsts[nodes] = i;
                path[level] = nodes++;
            }
            before = bytes;
        }
        for (int level = before.length; level > 0; level--) {
            ends[path[level]] = nodes;
        }
        label = Arrays.copyOf(labels, nodes);
        depth = Arrays.copyOf(depths, nodes);
        end = Arrays.copyOf(ends, nodes);
        firstToken = Arrays.copyOf(firsts, nodes + 1);
        firstToken[nodes] = tokens.length;
    }

    /** Tokens that fit after {@code start}, one bit each. */
    long[] fitting(Term start) {
        long[] mask = new long[(vocabulary + 63) / 64];
        Term[] path = new Term[LONGEST + 1];
        path[0] = start;
        Term none = start.terms.none();
        int node = 0;
        while (node < label.length) {
            Term here = path[depth[node] - 1].after(label[node] & 0xff);
            if (here == none) {
                node = end[node];
                continue;
            }
            path[depth[node]] = here;
            for (int i = firstToken[node]; i < firstToken[node + 1] && bytesOf[tokens[i]].length == depth[node]; i++) {
                mask[tokens[i] >> 6] |= 1L << tokens[i];
            }
            node++;
        }
        return mask;
    }

    /** Bytes of a token; empty for one that is never written. */
    byte[] bytesOf(int id) {
        return id >= 0 && id < vocabulary ? bytesOf[id] : new byte[0];
    }

    int vocabulary() {
        return vocabulary;
    }

    /** Writes a text in tokens, the longest that fits each time; null where a byte has none. */
    int[] spell(byte[] text) {
        int[] spelt = new int[text.length];
        int size = 0;
        int at = 0;
        while (at < text.length) {
            int found = longestAt(text, at);
            if (found < 0) {
                return null;
            }
            spelt[size++] = found;
            at += bytesOf[found].length;
        }
        return Arrays.copyOf(spelt, size);
    }

    private int longestAt(byte[] text, int from) {
        int best = -1;
        int node = 0;
        int level = 1;
        int stop = label.length;
        while (node < stop && from + level <= text.length) {
            if (label[node] != text[from + level - 1]) {
                node = end[node];
                continue;
            }
            if (firstToken[node] < firstToken[node + 1] && bytesOf[tokens[firstToken[node]]].length == level) {
                best = tokens[firstToken[node]];
            }
            stop = end[node];
            node++;
            level++;
        }
        return best;
    }
}
