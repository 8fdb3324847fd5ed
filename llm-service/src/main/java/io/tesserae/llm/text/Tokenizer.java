package io.tesserae.llm.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/**
 * The checkpoint's tokenizer. Thread-safe.
 *
 * <p>The image token has another name inside: a mark that is made anew for each process. What a user writes is therefore never taken for an
 * image, however it is written, and stays plain text with the ids that such text has.
 */
public final class Tokenizer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HuggingFaceTokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final String mark;
    private final long markId;

    private Tokenizer(HuggingFaceTokenizer tokenizer, Vocabulary vocabulary, String mark, long markId) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.mark = mark;
        this.markId = markId;
    }

    /** The tokenizer of a model folder. Throws {@link ModelFolderException} if it has none that can be read. */
    public static Tokenizer open(ModelFolder folder) {
        Manifest.Llm llm = folder.manifest().llm();
        String source = folder.text("tokenizer.json").orElseThrow(
                () -> new ModelFolderException("model " + folder.manifest().name() + " has no tokenizer.json"));
        return of(source, llm.imageToken(), llm.imageTokenId());
    }

    /** A tokenizer of a {@code tokenizer.json}'s text. {@code imageToken} is null where the model has none. */
    public static Tokenizer of(String source, String imageToken, long imageTokenId) {
        try {
            ObjectNode document = (ObjectNode) JSON.readTree(source);
            Vocabulary vocabulary = new Vocabulary(document);
            String mark = null;
            if (imageToken != null) {
                mark = "\uE000" + UUID.randomUUID() + "\uE001";
                rename(document, imageToken, imageTokenId, mark);
            }
            Map<String, String> options = Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(JSON.writeValueAsBytes(document)), options);
            return new Tokenizer(tokenizer, vocabulary, mark, mark == null ? -1 : idOfMark(tokenizer, mark, imageToken));
        } catch (JsonProcessingException | ClassCastException malformed) {
            throw new ModelFolderException("tokenizer.json is not a tokenizer: " + malformed.getMessage(), malformed);
        } catch (IOException | RuntimeException unreadable) {
            throw new ModelFolderException("tokenizer.json cannot be loaded: " + unreadable.getMessage(), unreadable);
        }
    }

    private static void rename(ObjectNode document, String imageToken, long imageTokenId, String mark) {
        boolean found = false;
        for (JsonNode token : document.withArrayProperty("added_tokens")) {
            if (token.path("content").asText().equals(imageToken)) {
                ((ObjectNode) token).put("content", mark);
                found = true;
            }
        }
        if (!found) {
            ObjectNode token = document.withArrayProperty("added_tokens").addObject().put("id", imageTokenId).put("content", mark);
            for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
                token.put(flag, false);
            }
            token.put("special", true);
        }
        JsonNode vocab = document.path("model").path("vocab");
        if (vocab instanceof ObjectNode ids && ids.has(imageToken)) {
            ids.set(mark, ids.remove(imageToken));
        } else if (vocab instanceof ArrayNode scores) {
            for (JsonNode entry : scores) {
                if (entry.get(0).asText().equals(imageToken)) {
                    ((ArrayNode) entry).set(0, TextNode.valueOf(mark));
                }
            }
        }
    }

    private static long idOfMark(HuggingFaceTokenizer tokenizer, String mark, String imageToken) {
        long[] ids = tokenizer.encode(mark, false, false).getIds();
        if (ids.length != 1) {
            throw new ModelFolderException("tokenizer.json does not take " + imageToken + " for one token");
        }
        return ids[0];
    }

    /** Token ids of a text; with {@code addSpecials} also what the tokenizer puts around a prompt, such as BOS. */
    public long[] encode(String text, boolean addSpecials) {
        return tokenizer.encode(wellFormed(text), addSpecials, false).getIds();
    }

    /** The native library takes no half of a surrogate pair. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** Text of token ids, without special tokens. */
    public String decode(long[] ids) {
        return ids.length == 0 ? "" : tokenizer.decode(ids, true);
    }

    /** Whether a token is left out of an answer's text. */
    public boolean isSpecial(long id) {
        return vocabulary.isSpecial(id);
    }

    /** Whether the vocabulary has a token of this id. */
    boolean isKnown(long id) {
        return vocabulary.isKnown(id);
    }

    /** Whether a token stands for one byte, to be read together with the byte tokens around it. */
    boolean isByte(long id) {
        return vocabulary.isByte(id);
    }

    /** The bytes that a token stands for. */
    public byte[] bytesOf(long id) {
        return vocabulary.bytesOf(id);
    }

    /** What stands for one image token in a text that is to be encoded; null where the model has none. */
    String mark() {
        return mark;
    }

    /** The id that {@link #mark} is encoded to. */
    long markId() {
        return markId;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
