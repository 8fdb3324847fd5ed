package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.families.PromptPiece;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.LlmStage;
import io.tesserae.gateway.stage.LoadedModel;
import io.tesserae.gateway.stage.PromptPart;
import io.tesserae.gateway.stage.RenderedPart;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Step 7: has the brain render the conversation and lays each picture out where its place is, as the family does. */
@ApplicationScoped
class LayOutPrompt {

    private final LlmStage llm;

    LayOutPrompt(LlmStage llm) {
        this.llm = llm;
    }

    Prompt of(Question question, Album album, List<TiledPicture> pictures, LoadedModel model, Errand errand) {
        Draft draft = new Draft(model);
        int places = 0;
        for (RenderedPart part : llm.render(question.turns(), model.revision(), errand).join()) {
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
        private final List<PromptPart> parts = new ArrayList<>();
        private final List<Prompt.Run> runs = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();

        Draft(LoadedModel model) {
            this.model = model;
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
                parts.add(new PromptPart.Text(text.toString()));
                text.setLength(0);
            }
        }

        Prompt prompt(int tiles) {
            endText();
            return new Prompt(List.copyOf(parts), List.copyOf(runs), tiles);
        }

        /** Over all that a slot's embeddings follow from: the file, the model, its nerve, and which run of which plan. */
        private byte[] hashOf(TiledPicture tiled, int run, int tokens) {
            MessageDigest digest = Hashes.digest();
            String plan = String.join("\n", "tesserae slot 3", model.revision(), model.nerveName(), model.brain().family(),
                    tiled.picture().file().detail().name(), tiled.plan().tileCount() + " tiles");
            digest.update(plan.getBytes(StandardCharsets.UTF_8));
            digest.update(tiled.picture().file().sha256());
            return digest.digest(ByteBuffer.allocate(8).putInt(run).putInt(tokens).array());
        }
    }
}
