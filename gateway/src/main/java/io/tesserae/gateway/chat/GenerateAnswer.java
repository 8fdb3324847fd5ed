package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.EyeOutput;
import io.tesserae.gateway.stage.Generation;
import io.tesserae.gateway.stage.LlmStage;
import io.tesserae.gateway.stage.LoadedModel;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Step 8: gives the brain the layout at once, then each slot's embeddings as they come; once for each answer asked for. */
@ApplicationScoped
class GenerateAnswer {

    private final LlmStage llm;
    private final WeaveRuns weave;

    GenerateAnswer(LlmStage llm, WeaveRuns weave) {
        this.llm = llm;
        this.weave = weave;
    }

    void start(Question question, Prompt prompt, List<CompletableFuture<EyeOutput.Embeddings>> embeddings, LoadedModel model,
            Errand errand, AnswerStream answer) {
        answer.opens(model, prompt.tiles());
        List<Generation> generations = new ArrayList<>();
        for (int choice = 0; choice < question.choices(); choice++) {
            generations.add(llm.generate(question, choice, prompt.parts(), model.revision(), errand, answer.listener(choice, errand)));
        }
        embeddings.forEach(tile -> endingOnFailure(tile, errand));
        List<CompletableFuture<EyeOutput.Embeddings>> slots = weave.all(prompt.runs(), embeddings, errand);
        for (int slot = 0; slot < slots.size(); slot++) {
            int number = slot;
            endingOnFailure(slots.get(slot).thenAccept(ready -> generations.forEach(generation -> generation.send(number, ready))), errand);
        }
    }

    private static void endingOnFailure(CompletableFuture<?> promise, Errand errand) {
        promise.exceptionally(thrown -> {
            errand.abort(Failure.from(thrown));
            return null;
        });
    }
}
