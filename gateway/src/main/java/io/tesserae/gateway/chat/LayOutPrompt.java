package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.families.PromptPiece;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.LlmStage;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.PromptPart;
import io.tesserae.gateway.stage.RenderedChat;
import io.tesserae.gateway.stage.RenderedPart;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
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
        return llm.render(question.turns(), model.revision(), errand);
    }

    Prompt of(CompletableFuture<RenderedChat> rendered, Album album, List<TiledPicture> pictures, LoadedModel model) {
        RenderedChat chat = rendered.join();
        Draft draft = new Draft(model, chat.instruction());
        int places = 0;
        for (RenderedPart part : chat.parts()) {
            if (part instanceof RenderedPart.Text text) {
                draft.add(text.text());
            } else if (part instanceof RenderedPart.Image image) {
                draft.add(pictures.get(album.order().get(image.index())));
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
        private final List<PromptPart> parts = new ArrayList<>();
        private final List<Prompt.Run> runs = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();

        Draft(LoadedModel model, List<Long> instruction) {
            this.model = model;
            this.instruction = instruction;
        }

        void add(String more) {
            text.append(more);
        }

        void add(TiledPicture tiled) {
            int run = 0;
            for (PromptPiece piece : tiled.plan().layout()) {
                if (piece instanceof PromptPiece.Text words) {
                    add(words.text());
                } else if (piece instanceof PromptPiece.Slot slot) {
                    endText();
                    parts.add(new PromptPart.Slot(runs.size(), slot.tokens(), slot.grid(), hashOf(tiled, run++, slot.tokens())));
                    List<Integer> tiles = slot.tiles().stream().map(tile -> tiled.firstTile() + tile).toList();
                    runs.add(new Prompt.Run(tiles, slot.tokens(), slot.weaving()));
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
            return new Prompt(List.copyOf(parts), List.copyOf(runs), tiles);
        }

        /** Over all that a slot's embeddings follow from: the file, the model, its nerve, the instruction, and which run of which plan. */
        private byte[] hashOf(TiledPicture tiled, int run, int tokens) {
            MessageDigest digest = Hashes.digest();
            String plan = String.join("\n", "tesserae slot 4", model.revision(), model.nerveName(), model.brain().family(),
                    tiled.picture().file().detail().name(), tiled.plan().tileCount() + " tiles", instruction.toString());
            digest.update(plan.getBytes(StandardCharsets.UTF_8));
            digest.update(tiled.picture().file().sha256());
            return digest.digest(ByteBuffer.allocate(8).putInt(run).putInt(tokens).array());
        }
    }
}
