package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.families.PromptPiece;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.sight.ContentHash;
import io.tesserae.gateway.stage.LlmStage;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.PromptPart;
import io.tesserae.gateway.stage.RenderedChat;
import io.tesserae.gateway.stage.RenderedPart;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Step 7: has the brain render the conversation and lays each picture out where its place is, as the family does. */
@ApplicationScoped
class LayOutPrompt {

    private final LlmStage llm;

    LayOutPrompt(LlmStage llm) {
        this.llm = llm;
    }

    /** The conversation as the brain renders it, as a promise: it is begun while pictures are still being planned. */
    CompletableFuture<RenderedChat> render(Question question, LoadedModel model, Errand errand) {
        return llm.render(question, model.revision(), errand);
    }

    Prompt of(RenderedChat chat, Album album, List<TiledPicture> pictures, LoadedModel model) {
        Draft draft = new Draft(model, chat);
        int places = 0;
        for (RenderedPart part : chat.parts()) {
            if (part instanceof RenderedPart.Text text) {
                draft.add(text.text());
            } else if (part instanceof RenderedPart.Image image) {
                int picture = album.order().get(image.index());
                draft.add(picture, pictures.get(picture));
                places++;
            }
        }
        if (places != album.order().size()) {
            throw Failure.inField(Reason.TEMPLATE_REFUSED, "messages", "the model's chat template shows " + places + " of "
                    + album.order().size() + " images; this model takes them elsewhere in a conversation");
        }
        return draft.prompt(pictures.stream().mapToInt(tiled -> tiled.plan().tileCount()).sum());
    }

    /** A prompt being laid out. Neighbouring texts are joined, since they are tokenized as one. */
    private static final class Draft {

        private final LoadedModel model;
        private final List<Long> instruction;
        private final String toolForm;
        private final List<PromptPart> parts = new ArrayList<>();
        private final List<Prompt.Place> slots = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();

        Draft(LoadedModel model, RenderedChat chat) {
            this.model = model;
            this.instruction = chat.instruction();
            this.toolForm = chat.toolForm();
        }

        void add(String more) {
            text.append(more);
        }

        void add(int picture, TiledPicture tiled) {
            // By the file and not by its pixels: the brain is told before they are decoded.
            ContentHash key = tiled.keyOf(tiled.picture().file().hash(), model, instruction);
            int run = 0;
            for (PromptPiece piece : tiled.plan().layout()) {
                if (piece instanceof PromptPiece.Text words) {
                    add(words.text());
                } else if (piece instanceof PromptPiece.Slot slot) {
                    endText();
                    parts.add(new PromptPart.Slot(slots.size(), slot.tokens(), slot.grid(),
                            ContentHash.of("tesserae slot 5", key, run, slot.tokens()).bytes()));
                    slots.add(new Prompt.Place(picture, run++));
                }
            }
        }

        private void endText() {
            if (!text.isEmpty()) {
                String joined = model.planner().map(planner -> planner.between(text.toString())).orElseGet(text::toString);
                parts.add(new PromptPart.Text(joined));
                text.setLength(0);
            }
        }

        Prompt prompt(int tiles) {
            endText();
            return new Prompt(List.copyOf(parts), List.copyOf(slots), tiles, toolForm);
        }
    }
}
