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

    GenerateAnswer(LlmStage llm) {
        this.llm = llm;
    }

    void start(Question question, Prompt prompt, List<CompletableFuture<EyeOutput.Embeddings>> embeddings, LoadedModel model,
            Errand errand, AnswerStream answer) {
        answer.opens(model, prompt.tiles());
        List<Generation> generations = new ArrayList<>();
        for (int choice = 0; choice < question.choices(); choice++) {
            generations.add(llm.generate(question, choice, prompt.parts(), model.revision(), errand, answer.listener(choice, errand)));
        }
        for (CompletableFuture<EyeOutput.Embeddings> tile : embeddings) {
            tile.exceptionally(thrown -> {
                errand.abort(Failure.from(thrown));
                return null;
            });
        }
        for (int slot = 0; slot < prompt.tileOfSlot().size(); slot++) {
            int number = slot;
            embeddings.get(prompt.tileOfSlot().get(slot))
                    .thenAccept(ready -> generations.forEach(generation -> generation.send(number, ready)));
        }
    }
}
