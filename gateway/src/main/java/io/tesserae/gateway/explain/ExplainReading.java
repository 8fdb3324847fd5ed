package io.tesserae.gateway.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.gateway.chat.Rehearsal;
import io.tesserae.gateway.chat.Rehearsed;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.ExplanationStage;
import io.tesserae.gateway.stage.ExplanationStage.Attention;
import io.tesserae.gateway.stage.ExplanationStage.ReadToken;
import io.tesserae.gateway.stage.LoadedModel;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the brain reads, token by token, and where it looked while it answered. */
@ApplicationScoped
public class ExplainReading {

    private final ExplanationStage brain;
    private final Rehearsal rehearsal;

    ExplainReading(ExplanationStage brain, Rehearsal rehearsal) {
        this.brain = brain;
        this.rehearsal = rehearsal;
    }

    /** The prompt's tokens; a run of image tokens is told as one. */
    public CompletableFuture<ObjectNode> prompt(Rehearsed rehearsed, Errand errand) {
        return brain.read(rehearsed.parts(), rehearsed.model().revision(), errand).thenApply(tokens -> {
            ObjectNode node = Explanations.object().put("prompt_tokens", tokens.size())
                    .put("image_tokens", tokens.stream().filter(token -> token.slot() >= 0).count())
                    .put("context", rehearsed.model().brain().context());
            runs(node.putArray("tokens"), tokens, rehearsed);
            return node;
        });
    }

    private static void runs(ArrayNode into, List<ReadToken> tokens, Rehearsed rehearsed) {
        String[] roles = PromptRoles.of(tokens, rehearsed.question().turns());
        for (int position = 0; position < tokens.size(); position++) {
            ReadToken token = tokens.get(position);
            if (token.slot() < 0) {
                into.addObject().put("position", position).put("id", token.id()).put("text", new String(token.utf8(), StandardCharsets.UTF_8))
                        .put("part", roles[position]);
                continue;
            }
            int end = position;
            while (end < tokens.size() && tokens.get(end).slot() == token.slot()) {
                end++;
            }
            slot(into.addObject().put("position", position).put("id", token.id()).put("part", PromptRoles.IMAGE).put("count", end - position),
                    token.slot(), rehearsed);
            position = end - 1;
        }
    }

    private static void slot(ObjectNode node, int slot, Rehearsed rehearsed) {
        Rehearsed.Filling filling = rehearsed.fillings().get(slot);
        LoadedModel model = rehearsed.model();
        JsonNode config = Explanations.config(model);
        node.put("slot", slot).put("picture", filling.picture());
        filling.slot().tiles().forEach(node.putArray("tiles")::add);
        model.chosen().ifPresent(nerve -> node.set("groups", TokenGroups.of(filling.slot(), nerve, config)));
    }

    /**
     * Where each token of an answer looked.
     *
     * @param generated the answer's ids
     * @param layers    to average over; empty for all
     */
    public CompletableFuture<ObjectNode> attention(Rehearsed rehearsed, List<Long> generated, List<Integer> layers, Errand errand) {
        LoadedModel model = rehearsed.model();
        return brain.read(rehearsed.parts(), model.revision(), errand).thenCompose(tokens ->
                rehearsal.embeddings(rehearsed, errand)
                        .thenCompose(embeddings -> brain.attend(rehearsed.parts(), embeddings, generated, layers, model.revision(), errand))
                        .thenApply(attention -> told(rehearsed, tokens, generated, attention)));
    }

    private static ObjectNode told(Rehearsed rehearsed, List<ReadToken> tokens, List<Long> generated, Attention attention) {
        ObjectNode node = Explanations.object().put("prompt_tokens", tokens.size()).put("layers", attention.layers());
        attention.averaged().forEach(node.putArray("averaged")::add);
        runs(node.putArray("tokens"), tokens, rehearsed);
        ArrayNode answer = node.putArray("answer");
        for (int row = 0; row < generated.size(); row++) {
            float[] weights = Explanations.row(attention.weights(), row);
            double image = 0;
            double prompt = 0;
            for (int position = 0; position < tokens.size(); position++) {
                image += tokens.get(position).slot() >= 0 ? weights[position] : 0;
                prompt += weights[position];
            }
            ObjectNode one = answer.addObject().put("id", generated.get(row)).put("text", attention.texts().get(row));
            one.putObject("share").put("image", Explanations.rounded(image)).put("text", Explanations.rounded(prompt - image))
                    .put("answer", Explanations.rounded(Math.max(0, 1 - prompt)));
            ArrayNode numbers = one.putArray("weights");
            for (int position = 0; position < tokens.size(); position++) {
                numbers.add(Explanations.rounded(weights[position]));
            }
        }
        return node;
    }
}
