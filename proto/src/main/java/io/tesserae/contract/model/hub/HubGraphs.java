package io.tesserae.contract.model.hub;

import io.tesserae.contract.model.ModelFolderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which of the published files are used.
 *
 * @param vision  path of the graph that holds eye and nerve
 * @param embed   path of the look-up of tokens
 * @param decoder path of the decoder with its cache
 * @param variant of the decoder: {@code fp32}, {@code q8}, {@code int8}, {@code uint8}, {@code q4}, {@code bnb4}, {@code fp16}, {@code q4f16}
 */
record HubGraphs(String vision, String embed, String decoder, String variant) {

    private static final String FOLDER = "onnx/";

    /** Names of variants as transformers.js calls them and as files end, in the order in which they are taken where none is asked for: by accuracy on a CPU. */
    private enum Variant {
        FP32("fp32", ""), Q8("q8", "_quantized"), INT8("int8", "_int8"), UINT8("uint8", "_uint8"), Q4("q4", "_q4"), BNB4("bnb4", "_bnb4"),
        FP16("fp16", "_fp16"), Q4F16("q4f16", "_q4f16");

        private final String word;
        private final String ending;

        Variant(String word, String ending) {
            this.word = word;
            this.ending = ending;
        }

        String path(String graph) {
            return FOLDER + graph + ending + ".onnx";
        }
    }

    /** Whether that folder looks like this layout. */
    static boolean areIn(Path root) {
        return Stream.of(Variant.values()).anyMatch(variant -> Files.isRegularFile(root.resolve(variant.path("embed_tokens"))));
    }

    /**
     * Chooses. An asked-for variant is taken for every graph that has it; the decoder must. Throws {@link ModelFolderException} that says what
     * there is.
     */
    static HubGraphs choose(Path root, Optional<String> asked) {
        Optional<Variant> wanted = asked.map(word -> Stream.of(Variant.values()).filter(variant -> variant.word.equals(word)).findFirst()
                .orElseThrow(() -> new ModelFolderException("variant '" + word + "' is not known, only " + words(List.of(Variant.values())))));
        List<Variant> decoders = present(root, "decoder_model_merged");
        if (wanted.isPresent() && !decoders.contains(wanted.get())) {
            throw new ModelFolderException("no " + wanted.get().path("decoder_model_merged") + " in " + root.toAbsolutePath() + "; there is "
                    + words(decoders));
        }
        return new HubGraphs(pick(root, "vision_encoder", wanted), pick(root, "embed_tokens", wanted), pick(root, "decoder_model_merged", wanted),
                wanted.orElseGet(() -> decoders.get(0)).word);
    }

    private static String pick(Path root, String graph, Optional<Variant> wanted) {
        List<Variant> there = present(root, graph);
        if (there.isEmpty()) {
            throw new ModelFolderException("no " + FOLDER + graph + ".onnx, nor a variant of it, in " + root.toAbsolutePath());
        }
        return wanted.filter(there::contains).orElse(there.get(0)).path(graph);
    }

    private static List<Variant> present(Path root, String graph) {
        return Stream.of(Variant.values()).filter(variant -> Files.isRegularFile(root.resolve(variant.path(graph)))).toList();
    }

    private static String words(List<Variant> variants) {
        return variants.isEmpty() ? "none" : String.join(", ", variants.stream().map(variant -> variant.word).toList());
    }

    /** The three graphs, and the files beside them that hold their weights ({@code X.onnx_data}, {@code X.onnx_data_1}, {@code X.onnx.data}). */
    List<String> files(Path root) {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(root.resolve(FOLDER))) {
            all.map(file -> FOLDER + file.getFileName())
                    .filter(file -> Stream.of(vision, embed, decoder).anyMatch(graph -> file.equals(graph)
                            || file.startsWith(graph + "_data") || file.startsWith(graph + ".data")))
                    .forEach(found::add);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return found;
    }
}
