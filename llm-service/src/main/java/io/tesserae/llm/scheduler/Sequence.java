package io.tesserae.llm.scheduler;

import io.tesserae.llm.decoder.Overlay;
import io.tesserae.llm.grammar.Guide;
import io.tesserae.llm.sampling.AllowedTokens;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.sampling.SeenTokens;
import io.tesserae.llm.text.AnswerText;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One prompt and its answer: what was asked, what is computed, what is generated. Belongs to the engine's thread, except for
 * {@link #offer} and {@link #cancel}, which any thread may call.
 */
public final class Sequence {

    enum State { WAITING, PREFILLING, RUNNING, ENDED }

    private static final int FIRST_ROOM = 64;
    private static final int MOST_WRONG = 5;

    private final GenerationRequest request;
    private final AnswerListener listener;
    private final AnswerText text;
    private final SeenTokens seen;
    /** Keeps the answer to its grammar; null where it may say anything. */
    private final Guide guide;
    private final AllowedTokens allowed;
    /** All of the answer's text, where it may have to be made whole after a stop string. */
    private final StringBuilder said = new StringBuilder();
    /** Prompt, then the answer so far; the first {@link #size} count. */
    private long[] tokens;
    private int size;
    /** By number of slot; null until they arrive. */
    private final AtomicReferenceArray<SlotTensors> embeddings;
    private final int[] numberInOrder;

    private volatile boolean cancelled;
    private volatile long lastArrivalNanos;

    State state = State.WAITING;
    /** Row of the KV cache; -1 while it has none. */
    int row = -1;
    /** Tokens that the KV cache holds. */
    int computed;
    /** By how much the position of a token after the prompt is less than its index; 0 where positions have no axes. */
    final int savedPositions;
    /** Tokens of the prompt that were found computed already, before its first token. */
    private int cachedTokens;
    /** Number of its arrival. */
    long number;
    /** {@link Rows}' version when it last looked for what other rows hold. */
    long sawRows;
    private int nextSlot;
    private int wrongGuesses;
    private int guessPause;
    private AnswerEnd.Reason ended;
    private boolean reproducible;

    final SequenceClock clock;

    /** A sequence whose earlier part, if any, is read back. {@code vocabulary}: logits of one position. */
    public Sequence(GenerationRequest request, AnswerListener listener, Tokenizer tokenizer, int vocabulary) {
        this.request = request;
        this.listener = listener;
        this.text = new AnswerText(tokenizer, request.stops());
        this.clock = new SequenceClock(request.startedNanos());
        this.lastArrivalNanos = request.startedNanos();
        long[] prompt = request.prompt().ids();
        this.tokens = Arrays.copyOf(prompt, prompt.length + Math.max(FIRST_ROOM, request.generated().length));
        this.size = prompt.length;
        this.embeddings = new AtomicReferenceArray<>(request.prompt().slots().size());
        this.savedPositions = RopePositions.saved(request.prompt().slots());
        this.numberInOrder = request.prompt().slots().stream().mapToInt(Prompt.Slot::number).toArray();
        this.seen = request.sampling().penalises() ? new SeenTokens(vocabulary) : null;
        if (seen != null) {
            for (long id : prompt) {
                seen.prompt(id);
            }
        }
        this.guide = request.grammar() == null ? null : request.grammar().guide();
        this.allowed = guide == null ? null : guide.allowed(request.endIds());
        for (long id : request.generated()) {
            // Its text was sent by whoever generated it.
            if (ended == null) {
                append(id);
            }
        }
    }

    public GenerationRequest request() {
        return request;
    }

    /**
     * Its numbers must not depend on how they came to be: tokens of the answer are only ever decoded, one after the other, also those that were generated
     * elsewhere or before it lost its row.
     */
    void reproducible() {
        reproducible = true;
    }

    /** Hands over the embeddings of one slot, checked already. False if that slot has them. */
    public boolean offer(int number, SlotTensors arrived) {
        lastArrivalNanos = System.nanoTime();
        return embeddings.compareAndSet(number, null, arrived);
    }

    /** The number of a slot whose embeddings have not arrived, or -1. */
    public int missingSlot() {
        for (int number : numberInOrder) {
            if (embeddings.get(number) == null) {
                return number;
            }
        }
        return -1;
    }

    /** Nobody waits for this answer any more. */
    public void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    long lastArrivalNanos() {
        return lastArrivalNanos;
    }

    AnswerListener listener() {
        return listener;
    }

    /** Whether nothing is missing that its first image needs. */
    boolean startable() {
        return numberInOrder.length == 0 || embeddings.get(numberInOrder[0]) != null;
    }

    /** Tokens that can be prefilled now: up to the first slot that is not computed and whose embeddings are missing. */
    int available() {
        while (nextSlot < numberInOrder.length && (embeddings.get(numberInOrder[nextSlot]) != null || slots().get(nextSlot).end() <= computed)) {
            nextSlot++;
        }
        return nextSlot == numberInOrder.length ? prefills() : slots().get(nextSlot).start();
    }

    boolean prefilled() {
        return computed >= prefills();
    }

    /** Tokens that are prefilled, not decoded. */
    int prefills() {
        return reproducible ? promptTokens() : size;
    }

    /** Tokens that are computed and are of use to others that begin the same. */
    int shareable() {
        return Math.min(computed, prefills());
    }

    /** Whether the next token is to be chosen; false while tokens that are known are decoded again. */
    boolean caughtUp() {
        return computed >= size;
    }

    /** The token to be decoded next. */
    long nextId() {
        return tokens[computed];
    }

    /** Its row holds that many of its first tokens, and they need not be computed. */
    void reuse(int shared) {
        if (clock.beforeFirstToken()) {
            cachedTokens += Math.min(shared, promptTokens()) - Math.min(computed, promptTokens());
        }
        computed = shared;
    }

    /** Its row was taken away: all that it has is to be prefilled again, and its answer goes on where it was. */
    void startOver() {
        computed = 0;
        nextSlot = 0;
        sawRows = 0;
        state = State.WAITING;
    }

    /** Prompt and answer so far; longer than {@link #size}. */
    long[] tokens() {
        return tokens;
    }

    /** Tokens that are known. */
    int size() {
        return size;
    }

    /**
     * Guesses how the answer goes on; the guessed tokens stand behind the known ones until something is appended.
     *
     * @param room tokens that may be behind the known ones
     */
    int guess(PromptLookup lookup, int room) {
        int most = Math.min(Math.min(request.speculate(), lookup.most()), Math.min(room, request.maxTokens() - generated() - 1));
        if (most < 1 || guessPause > 0) {
            guessPause--;
            return 0;
        }
        if (size + most > tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * (size + most));
        }
        return lookup.guess(tokens, size, most);
    }

    /** What became of a guess. One that is wrong from its first token on is followed by a pause, twice as long each time. */
    void guessed(int right) {
        wrongGuesses = right > 0 ? 0 : Math.min(wrongGuesses + 1, MOST_WRONG);
        guessPause = wrongGuesses == 0 ? 0 : 1 << wrongGuesses;
    }

    List<Prompt.Slot> slots() {
        return request.prompt().slots();
    }

    int cachedTokens() {
        return cachedTokens;
    }

    private int promptTokens() {
        return request.prompt().ids().length;
    }

    /** What stands in its prompt beside tokens. {@code hidden}: width of an embedding. */
    Overlay pictures(int hidden) {
        return new Pictures(request.prompt().slots(), embeddings, hidden);
    }

    /**
     * Tokens of the next chunk of a brain that must have a picture's tokens in one: at most {@code most} but for a picture that is longer.
     *
     * @param available see {@link #available}
     */
    int wholePictures(int available, int most) {
        int end = Math.min(available, computed + most);
        for (Prompt.Slot slot : request.prompt().slots()) {
            if (slot.start() < end && end < slot.end()) {
                end = slot.start() > computed ? slot.start() : slot.end();
            }
        }
        return end - computed;
    }

    /** The prompt is computed: its embeddings are not needed any more. */
    void forgetEmbeddings() {
        for (int i = 0; i < embeddings.length(); i++) {
            embeddings.set(i, null);
        }
    }

    SeenTokens seen() {
        return seen;
    }

    /** What its next token may be; null for anything. */
    AllowedTokens allowed() {
        return allowed;
    }

    /** The token that must be next whatever the model says; negative where it has a choice. */
    int forced() {
        return guide == null ? -1 : guide.forced();
    }

    /** The token to take where the model chose that one: another where its grammar could not be ended in time after it. */
    int fitting(int id) {
        return guide == null || request.endIds().contains((long) id) ? id : guide.fitting(id, request.maxTokens() - generated());
    }

    int generated() {
        return size - promptTokens();
    }

    long lastId() {
        return tokens[size - 1];
    }

    /** Why the answer is whole; null while it is not. */
    AnswerEnd.Reason ended() {
        return ended;
    }

    /** Takes the next token, and tells whoever listens. */
    void accept(long id, Logprobs logprobs) {
        clock.token();
        String certain = append(id);
        listener.token(id, certain, logprobs);
    }

    private String append(long id) {
        if (size == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * size);
        }
        tokens[size++] = id;
        if (seen != null) {
            seen.generated(id);
        }
        if (request.endIds().contains(id)) {
            ended = AnswerEnd.Reason.STOP;
            return text.rest();
        }
        String certain = text.add(id);
        boolean whole = guide != null && whole(id);
        if (!text.stopped() && (whole || generated() >= request.maxTokens())) {
            ended = whole && !guide.cutShort() ? AnswerEnd.Reason.STOP : AnswerEnd.Reason.LENGTH;
            certain += text.rest();
        }
        if (text.stopped()) {
            ended = AnswerEnd.Reason.STOP;
        }
        return guide == null || request.stops().isEmpty() ? certain : madeWhole(certain);
    }

    /** Whether its grammar has an answer whole with that token, after which nothing can come. */
    private boolean whole(long id) {
        guide.accept(id);
        return guide.complete() || guide.cutShort() && guide.forced() < 0;
    }

    /** A stop string may cut an answer off where its grammar has more to say: the shortest that makes it whole is said after all. */
    private String madeWhole(String certain) {
        said.append(certain);
        return text.stopped() ? certain + guide.ending(said.toString()) : certain;
    }

    AnswerEnd end() {
        return new AnswerEnd(ended, text.stop(), promptTokens(), generated(), request.prompt().imageTokens(), cachedTokens, clock.times());
    }
}
