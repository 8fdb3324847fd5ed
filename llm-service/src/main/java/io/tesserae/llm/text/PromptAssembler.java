package io.tesserae.llm.text;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.Manifest;
import io.tesserae.llm.v1.ImageSlot;
import io.tesserae.llm.v1.PromptPart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Parts of a prompt to its token ids.
 *
 * <p>Neighbouring texts and slots are tokenized as one string in which each slot is one image token, as Hugging Face's processors do it, then each
 * image token is widened to its slot's length: cutting the string first would change how tokens merge and where spaces belong. Where a model
 * has its pictures before BOS (BLIP), those that begin the prompt are no part of that string.
 */
public final class PromptAssembler {

    private final Tokenizer tokenizer;
    private final String bosToken;
    private final long imageTokenId;
    private final int vocabulary;
    private final int context;
    private final boolean grids;
    private final int mostSlotTokens;
    private final boolean imagesBeforeBos;

    /** @param context longest prompt, in tokens */
    public PromptAssembler(Tokenizer tokenizer, Manifest.Llm llm, int context) {
        this.tokenizer = tokenizer;
        this.bosToken = llm.bosToken();
        this.imageTokenId = llm.imageTokenId();
        this.vocabulary = llm.vocab();
        this.context = context;
        this.grids = llm.ropeAxes() > 0;
        this.imagesBeforeBos = llm.imagesBeforeBos();
        this.mostSlotTokens = llm.bidirectionalImageTokens() > 0 ? Math.min(llm.bidirectionalImageTokens(), context) : context;
    }

    /** The prompt of these parts. Throws {@link Failure} naming the field that is wrong. */
    public Prompt assemble(List<PromptPart> parts) {
        if (parts.isEmpty()) {
            throw invalid("start.prompt", "prompt must have at least 1 part");
        }
        Building building = new Building();
        StringBuilder text = new StringBuilder();
        List<ImageSlot> slots = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            PromptPart part = parts.get(i);
            String field = "start.prompt[" + i + "]";
            switch (part.getPartCase()) {
                case TEXT -> text.append(part.getText());
                case IMAGE -> {
                    checkSlot(part.getImage(), field + ".image", building.numbers);
                    if (imagesBeforeBos && !building.begun && text.isEmpty()) {
                        building.add(part.getImage());
                        continue;
                    }
                    text.append(tokenizer.mark());
                    slots.add(part.getImage());
                }
                case TOKEN_IDS -> {
                    building.add(text, slots);
                    building.add(part.getTokenIds().getIdsList(), field + ".token_ids.ids");
                }
                case PART_NOT_SET -> throw invalid(field, "prompt part " + i + " says neither text, token_ids nor image");
            }
        }
        building.add(text, slots);
        if (imagesBeforeBos) {
            building.begin();
        }
        return building.finish();
    }

    private void checkSlot(ImageSlot slot, String field, BitSet numbers) {
        if (tokenizer.mark() == null) {
            throw invalid(field, "this model takes no images");
        }
        if (slot.getTokens() < 1 || slot.getTokens() > mostSlotTokens) {
            throw invalid(field + ".tokens", "tokens must be from 1 to " + mostSlotTokens + ", not " + Integer.toUnsignedString(slot.getTokens()));
        }
        long cells = Integer.toUnsignedLong(slot.getGrid().getColumns()) * Integer.toUnsignedLong(slot.getGrid().getRows());
        if (slot.hasGrid() && cells != slot.getTokens() || grids && !slot.hasGrid()) {
            throw invalid(field + ".grid", "grid must lay out the slot's " + slot.getTokens() + " tokens, not " + Long.toUnsignedString(cells));
        }
        if (!slot.getContentHash().isEmpty() && slot.getContentHash().size() != 32) {
            throw invalid(field + ".content_hash", "content_hash must have 32 bytes or none, not " + slot.getContentHash().size());
        }
        if (slot.getSlot() < 0 || slot.getSlot() >= context || numbers.get(slot.getSlot())) {
            throw invalid(field + ".slot", "slot " + Integer.toUnsignedString(slot.getSlot()) + " stands twice or is not counted from 0");
        }
        numbers.set(slot.getSlot());
    }

    private static Failure invalid(String field, String message) {
        return Failure.inField(Reason.INVALID_FIELD, field, message);
    }

    /** One prompt in the making. */
    private final class Building {

        private final BitSet numbers = new BitSet();
        private final List<Prompt.Slot> slots = new ArrayList<>();
        private long[] ids = new long[256];
        private int size;
        private boolean begun;

        /** Tokenizes the gathered text, and empties it. */
        void add(StringBuilder text, List<ImageSlot> pending) {
            if (text.isEmpty()) {
                return;
            }
            String whole = text.toString();
            boolean specials = !begun && (bosToken == null || bosToken.isEmpty() || !whole.startsWith(bosToken));
            begun = true;
            int next = 0;
            for (long id : tokenizer.encode(whole, specials)) {
                if (tokenizer.mark() != null && id == tokenizer.markId()) {
                    add(pending.get(next++));
                } else if (id >= vocabulary) {
                    throw invalid("start.prompt", "the prompt's text has a token that this model has no embedding for: id " + id);
                } else {
                    add(id);
                }
            }
            text.setLength(0);
            pending.clear();
        }

        /** What the tokenizer puts first, where no text brought it: a picture alone is asked about as well. */
        void begin() {
            if (!begun) {
                begun = true;
                for (long id : tokenizer.encode("", true)) {
                    add(id);
                }
            }
        }

        void add(List<Long> given, String field) {
            begun = true;
            for (int i = 0; i < given.size(); i++) {
                long id = given.get(i);
                if (id < 0 || id >= vocabulary) {
                    throw invalid(field + "[" + i + "]", "token id must be from 0 to " + (vocabulary - 1) + ", not " + id);
                }
                add(id);
            }
        }

        private void add(ImageSlot slot) {
            slots.add(new Prompt.Slot(slot.getSlot(), size, slot.getTokens(), grids ? slot.getGrid().getColumns() : 0,
                    slot.getContentHash().toByteArray()));
            for (int i = 0; i < slot.getTokens(); i++) {
                add(imageTokenId);
            }
        }

        private void add(long id) {
            // Judged as it grows: a few bytes can ask for very many tokens.
            if (size >= context) {
                throw Failure.inField(Reason.CONTEXT_FULL, "start.prompt", "the prompt has more than " + (context - 1)
                        + " tokens; with one token to answer it must fit the context of " + context);
            }
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, 2 * size);
            }
            ids[size++] = id;
        }

        Prompt finish() {
            if (size == 0) {
                throw invalid("start.prompt", "the prompt is empty");
            }
            if (numbers.cardinality() != numbers.length()) {
                throw invalid("start.prompt", "slots must be counted from 0 without gaps: slot " + numbers.nextClearBit(0) + " is missing");
            }
            if (size >= context) {
                throw Failure.inField(Reason.CONTEXT_FULL, "start.prompt", "the prompt has " + size
                        + " tokens; with one token to answer it must fit the context of " + context);
            }
            return new Prompt(Arrays.copyOf(ids, size), List.copyOf(slots));
        }
    }
}
