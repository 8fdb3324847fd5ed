package io.tesserae.gateway.stage;

import com.google.protobuf.ByteString;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.llm.v1.AttendRequest;
import io.tesserae.llm.v1.ExplanationGrpc;
import io.tesserae.llm.v1.NearestWordsRequest;
import io.tesserae.llm.v1.ReadPromptRequest;
import io.tesserae.llm.v1.TrainingRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the brain says of its own reading. */
@ApplicationScoped
public class ExplanationStage {

    private final StageLinks links;

    ExplanationStage(StageLinks links) {
        this.links = links;
    }

    /**
     * A token of a prompt.
     *
     * @param utf8    its bytes, perhaps of a part of a character; none in a slot
     * @param special whether the tokenizer has it for marks and not for text
     * @param slot    number of the slot that it stands in; -1 outside
     */
    public record ReadToken(long id, byte[] utf8, boolean special, int slot) {
    }

    /** A word of the vocabulary and how near it is, from -1 to 1. */
    public record NearWord(long id, String text, float similarity) {
    }

    /**
     * Where an answer looked.
     *
     * @param weights  [generated, position]
     * @param layers   that the brain has
     * @param averaged those that the weights are the mean of
     * @param texts    of the answer's tokens; where one is part of a character, with U+FFFD
     */
    public record Attention(Tensor weights, int layers, List<Integer> averaged, List<String> texts) {
    }

    /** Of the model's training, as JSON; empty where nothing is kept. */
    public record TrainingRecord(String losses, String stages) {
    }

    /** The tokens that a prompt becomes. */
    public CompletableFuture<List<ReadToken>> read(List<PromptPart> prompt, String revision, Errand errand) {
        ReadPromptRequest.Builder request = ReadPromptRequest.newBuilder().setModelRevision(revision);
        prompt.forEach(part -> request.addPrompt(GenerateMessages.part(part)));
        return links.llm().call(ExplanationGrpc.getReadPromptMethod(), request.build(), errand)
                .thenApply(response -> response.getTokensList().stream()
                        .map(token -> new ReadToken(token.getId(), token.getUtf8().toByteArray(), token.getSpecial(),
                                token.hasSlot() ? token.getSlot() : -1))
                        .toList());
    }

    /** For each row of {@code embeddings} [token, width] the nearest words, the nearest first. */
    public CompletableFuture<List<List<NearWord>>> nearestWords(Tensor embeddings, int top, String revision, Errand errand) {
        NearestWordsRequest request = NearestWordsRequest.newBuilder().setModelRevision(revision)
                .setEmbeddings(WireTensors.toMessage(embeddings)).setTop(top).build();
        return links.llm().call(ExplanationGrpc.getNearestWordsMethod(), request, errand)
                .thenApply(response -> response.getTokensList().stream()
                        .map(token -> token.getWordsList().stream()
                                .map(word -> new NearWord(word.getId(), word.getText(), word.getSimilarity())).toList())
                        .toList());
    }

    /**
     * Where tokens of an answer looked.
     *
     * @param embeddings of each slot, by its number
     * @param generated  ids of the answer
     * @param layers     to average over; empty for all
     */
    public CompletableFuture<Attention> attend(List<PromptPart> prompt, List<EyeOutput.Embeddings> embeddings, List<Long> generated,
            List<Integer> layers, String revision, Errand errand) {
        AttendRequest.Builder request = AttendRequest.newBuilder().setModelRevision(revision).addAllGeneratedIds(generated).addAllLayers(layers);
        prompt.forEach(part -> request.addPrompt(GenerateMessages.part(part)));
        for (int slot = 0; slot < embeddings.size(); slot++) {
            request.addEmbeddings(GenerateMessages.embeddings(slot, embeddings.get(slot)));
        }
        return links.llm().call(ExplanationGrpc.getAttendMethod(), request.build(), errand)
                .thenApply(response -> new Attention(WireTensors.fromMessage(response.getWeights()), response.getLayers(),
                        List.copyOf(response.getAveragedList()),
                        response.getUtf8List().stream().map(ByteString::toStringUtf8).toList()));
    }

    /** What is kept of the training. */
    public CompletableFuture<TrainingRecord> training(String revision, Errand errand) {
        return links.llm().call(ExplanationGrpc.getTrainingMethod(), TrainingRequest.newBuilder().setModelRevision(revision).build(), errand)
                .thenApply(response -> new TrainingRecord(response.getLosses(), response.getStages()));
    }
}
