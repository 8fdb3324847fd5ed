package io.tesserae.contract.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code tesserae.json}: what a model folder holds. A stage that a folder does not carry is null.
 *
 * @param format   version of this layout; 1
 * @param name     name the model is served under
 * @param family   family that plans its tiles and prompt
 * @param revision content hash of the folder, 64 hexadecimal digits
 * @param license  SPDX expression
 * @param origins  where the weights come from
 * @param files    every file but this one and the card
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
        int format,
        String name,
        String family,
        String revision,
        String license,
        List<String> origins,
        Vision vision,
        Projector projector,
        Llm llm,
        List<FileEntry> files) {

    /**
     * The eye.
     *
     * @param input        name of the graph's input, float32 [tile, 3, height, width], normalised
     * @param outputs      names of the features
     * @param tileWidth    pixels; 0 where it varies
     * @param tileHeight   pixels; 0 where it varies
     * @param patch        pixels along a patch's side; 0 where it is not said
     * @param tileMultiple what sides of a tile are whole multiples of, in pixels; 0 for any
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Vision(
            String graph,
            String input,
            List<String> outputs,
            @JsonProperty("tile_width") int tileWidth,
            @JsonProperty("tile_height") int tileHeight,
            int patch,
            @JsonProperty("tile_multiple") int tileMultiple,
            String precision) {
    }

    /**
     * The nerve. {@code graph} is null for kind {@code identity}, whose eye gives embeddings already.
     *
     * @param output        name of the graph's output, [tile, token, width]
     * @param levelOutputs  names of further outputs of the same shape, for brains that take several levels; null where there are none
     * @param tokensPerTile 0 where it varies
     * @param instruction   how it reads the instruction; null where it does not
     * @param alternatives  further nerves of the model by the names that requests give; each is complete in itself, reads the
     *                      same eye and has no alternatives of its own. Null where there are none
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Projector(
            String graph,
            String kind,
            List<String> inputs,
            String output,
            @JsonProperty("level_outputs") List<String> levelOutputs,
            @JsonProperty("tokens_per_tile") int tokensPerTile,
            int width,
            String precision,
            Instruction instruction,
            Map<String, Projector> alternatives) {

        /** Every nerve by its name, this one first under its kind. Throws {@link ModelFolderException} where two have one name. */
        public Map<String, Projector> byName() {
            Map<String, Projector> all = new LinkedHashMap<>();
            all.put(kind == null ? "" : kind, this);
            if (alternatives != null) {
                alternatives.forEach((name, nerve) -> {
                    if (nerve == null || name.isBlank() || all.put(name, nerve) != null) {
                        throw new ModelFolderException("manifest: projector.alternatives." + name
                                + " must be a nerve with a name of its own; the first one is called by its kind, '" + kind + "'");
                    }
                    if (nerve.alternatives() != null) {
                        throw new ModelFolderException("manifest: projector.alternatives." + name + " must have no alternatives of its own");
                    }
                });
            }
            return all;
        }
    }

    /**
     * The words that a nerve reads beside the picture (InstructBLIP).
     *
     * @param tokenizer  path of the tokenizer that they are read by, which is not the brain's
     * @param mostTokens longest instruction, in its tokens
     * @param vocab      ids are below this
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Instruction(String tokenizer, @JsonProperty("most_tokens") int mostTokens, int vocab) {
    }

    /**
     * The brain.
     *
     * @param ropeAxes                 axes of a token's position: 3 (time, row, column), or 0 where it is one number
     * @param levels                   of embeddings that the brain takes beside the first (deepstack)
     * @param bosToken                 prompts are tokenized with added specials unless they begin with it; null where there is none
     * @param templateImageToken       what the chat template prints where a picture stands; null where that is {@code imageToken}
     * @param imagesBeforeBos          whether pictures that begin a prompt stand before what the tokenizer puts first
     * @param bidirectionalImageTokens most tokens of one slot, which see each other in both directions; 0 where attention is causal
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Llm(
            String embed,
            String decoder,
            String precision,
            @JsonProperty("kv_type") String kvType,
            int layers,
            @JsonProperty("kv_heads") int kvHeads,
            @JsonProperty("head_dim") int headDim,
            int hidden,
            int vocab,
            int context,
            @JsonProperty("rope_axes") int ropeAxes,
            int levels,
            @JsonProperty("bos_token") String bosToken,
            @JsonProperty("eos_token_ids") List<Long> eosTokenIds,
            @JsonProperty("image_token") String imageToken,
            @JsonProperty("image_token_id") long imageTokenId,
            @JsonProperty("template_image_token") String templateImageToken,
            @JsonProperty("images_before_bos") boolean imagesBeforeBos,
            @JsonProperty("bidirectional_image_tokens") int bidirectionalImageTokens) {

        /** The text by which a rendered conversation shows where a picture stands; null where the model takes none. */
        public String printedImageToken() {
            return templateImageToken == null ? imageToken : templateImageToken;
        }
    }

    /** One file of the folder, by its path in it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record FileEntry(String path, long bytes, String sha256) {
    }
}
