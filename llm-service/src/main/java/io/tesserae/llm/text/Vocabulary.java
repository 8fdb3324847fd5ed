package io.tesserae.llm.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/** The tokens of a {@code tokenizer.json}: each one's bytes, and which are special. */
final class Vocabulary {

    private static final int[] BYTE_OF_LETTER = byteLevelAlphabet();

    private final String[] pieces;
    private final BitSet special = new BitSet();
    private final BitSet verbatim = new BitSet();
    private final boolean byteLevel;
    private final boolean byteFallback;

    Vocabulary(JsonNode tokenizer) {
        String decoder = tokenizer.path("decoder").toString();
        byteLevel = decoder.contains("\"ByteLevel\"");
        byteFallback = decoder.contains("\"ByteFallback\"");
        pieces = new String[sizeOf(tokenizer)];
        JsonNode vocab = tokenizer.path("model").path("vocab");
        if (vocab.isArray()) {
            for (int id = 0; id < vocab.size(); id++) {
                pieces[id] = vocab.get(id).get(0).asText();
            }
        } else {
            vocab.properties().forEach(entry -> pieces[entry.getValue().asInt()] = entry.getKey());
        }
        for (JsonNode token : tokenizer.path("added_tokens")) {
            int id = token.path("id").asInt();
            pieces[id] = token.path("content").asText();
            verbatim.set(id);
            special.set(id, token.path("special").asBoolean());
        }
    }

    private static int sizeOf(JsonNode tokenizer) {
        int size = 0;
        JsonNode vocab = tokenizer.path("model").path("vocab");
        if (vocab.isArray()) {
            size = vocab.size();
        } else {
            for (JsonNode id : vocab) {
                size = Math.max(size, id.asInt() + 1);
            }
        }
        for (JsonNode token : tokenizer.path("added_tokens")) {
            size = Math.max(size, token.path("id").asInt() + 1);
        }
        return size;
    }

    /** Whether a token is left out of an answer's text. */
    boolean isSpecial(long id) {
        return id >= 0 && id < pieces.length && special.get((int) id);
    }

    /** Whether there is a token of this id. */
    boolean isKnown(long id) {
        return id >= 0 && id < pieces.length && pieces[(int) id] != null;
    }

    /** The bytes that a token stands for; empty for an id that the tokenizer does not know. */
    byte[] bytesOf(long id) {
        if (!isKnown(id)) {
            return new byte[0];
        }
        String piece = pieces[(int) id];
        if (verbatim.get((int) id)) {
            return piece.getBytes(StandardCharsets.UTF_8);
        }
        if (byteLevel) {
            return lettersToBytes(piece);
        }
        if (isByte(id)) {
            return new byte[] {(byte) Integer.parseInt(piece.substring(3, 5), 16)};
        }
        return piece.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }

    /** Whether a token stands for one byte of a character that the vocabulary has no piece for. */
    boolean isByte(long id) {
        if (!byteFallback || !isKnown(id) || verbatim.get((int) id)) {
            return false;
        }
        String piece = pieces[(int) id];
        return piece.length() == 6 && piece.startsWith("<0x") && piece.endsWith(">");
    }

    private static byte[] lettersToBytes(String piece) {
        byte[] bytes = new byte[piece.length()];
        for (int i = 0; i < bytes.length; i++) {
            char letter = piece.charAt(i);
            if (letter >= BYTE_OF_LETTER.length || BYTE_OF_LETTER[letter] < 0) {
                return piece.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) BYTE_OF_LETTER[letter];
        }
        return bytes;
    }

    /** GPT-2's alphabet: printable Latin-1 stands for itself, the other bytes for U+0100 onwards in their order. */
    private static int[] byteLevelAlphabet() {
        int[] bytes = new int[0x100 + 68];
        Arrays.fill(bytes, -1);
        int next = 0x100;
        for (int value = 0; value < 0x100; value++) {
            boolean itself = value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
            bytes[itself ? value : next++] = value;
        }
        return bytes;
    }
}
