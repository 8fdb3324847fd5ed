package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.EyeOutput;
import io.tesserae.gateway.stage.Generation;
import io.tesserae.gateway.stage.HandoverMemory;
import io.tesserae.gateway.stage.LlmStage;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.SentEmbeddings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Step 8: gives the brain the layout at once, then each slot's embeddings as they come; once for each answer asked for. */
@ApplicationScoped
class GenerateAnswer {

    private final LlmStage llm;
    private final HandoverMemory memory;

    GenerateAnswer(LlmStage llm, HandoverMemory memory) {
        this.llm = llm;
        this.memory = memory;
    }

    void start(Question question, Prompt prompt, List<SeenPicture> pictures, LoadedModel model, Errand errand, AnswerStream answer) {
        answer.opens(model, prompt.tiles(), SeenPicture.cachedTilesOf(pictures), prompt.toolForm());
        SentEmbeddings sent = memory.share();
        errand.onEnd(sent::release);
        List<Generation> generations = new ArrayList<>();
        for (int choice = 0; choice < question.choices(); choice++) {
            generations.add(llm.generate(question, choice, prompt.parts(), model.revision(), errand, answer.listener(choice, errand), sent));
        }
        for (int slot = 0; slot < prompt.slots().size(); slot++) {
            int number = slot;
            Prompt.Place place = prompt.slots().get(slot);
            CompletableFuture<EyeOutput.Embeddings> embeddings = pictures.get(place.picture()).slots().get(place.slot());
            endingOnFailure(embeddings.thenAccept(ready -> {
                sent.keep(number, ready);
                generations.forEach(generation -> generation.send(number, ready));
            }), errand);
        }
    }

    private static void endingOnFailure(CompletableFuture<?> promise, Errand errand) {
        promise.exceptionally(thrown -> {
            errand.abort(Failure.from(thrown));
            return null;
        });
    }
}
