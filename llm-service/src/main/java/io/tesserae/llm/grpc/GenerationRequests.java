package io.tesserae.llm.grpc;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.grammar.Grammar;
import io.tesserae.llm.grammar.Grammars;
import io.tesserae.llm.sampling.SamplingDefaults;
import io.tesserae.llm.scheduler.GenerationRequest;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.Stopping;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** From a call's {@code start} to what the scheduler takes, every field checked. Thread-safe. */
final class GenerationRequests {

    private static final int MOST_STOPS = 16;
    private static final int MOST_ALTERNATIVES = 20;

    private final BrainShape shape;
    private final int speculate;
    private final int mostSpeculate;
    private final SamplingDefaults defaults;
    private final Grammars grammars;
    private final Set<Long> eosTokenIds;

    /**
     * @param speculate     tokens guessed at once for requests that do not say how many
     * @param mostSpeculate the most that they may say
     */
    GenerationRequests(ModelFolder folder, BrainShape shape, Grammars grammars, int speculate, int mostSpeculate) {
        this.grammars = grammars;
        this.shape = shape;
        this.speculate = speculate;
        this.mostSpeculate = mostSpeculate;
        this.defaults = SamplingDefaults.of(folder.text("generation_config.json").orElse(""));
        this.eosTokenIds = new HashSet<>(defaults.eosTokenIds());
        if (folder.manifest().llm().eosTokenIds() != null) {
            eosTokenIds.addAll(folder.manifest().llm().eosTokenIds());
        }
    }

    /** Ids that end an answer, in rising order. */
    List<Long> eosTokenIds() {
        return eosTokenIds.stream().sorted().toList();
    }

    /** Throws {@link Failure} naming the field that is wrong. */
    GenerationRequest of(GenerateStart start, Prompt prompt, long startedNanos) {
        Stopping stopping = start.getStopping();
        long[] generated = start.getGeneratedIdsList().stream().mapToLong(Long::longValue).toArray();
        for (int i = 0; i < generated.length; i++) {
            checkId("generated_ids[" + i + "]", generated[i]);
        }
        int most = maxTokens(stopping, prompt, generated.length);
        return new GenerationRequest(
                start.getRequestId().isEmpty() ? UUID.randomUUID().toString() : start.getRequestId(),
                prompt,
                generated,
                defaults.resolve(start.getSampling(), shape.vocabulary()),
                alternatives(start),
                most,
                endIds(stopping),
                stops(stopping),
                start.getPriority(),
                speculate(start),
                start.hasConstraint() ? grammar(start, most) : null,
                startedNanos);
    }

    /** Refuses an answer that could not be whole: what is held to a form is held to it to its end. */
    private Grammar grammar(GenerateStart start, int most) {
        Grammar grammar = grammars.of(start.getConstraint());
        int least = grammar.guide().tokensToEnd();
        if (least > most) {
            throw invalid("stopping.max_tokens", least == Integer.MAX_VALUE ? "the vocabulary cannot write what the constraint wants"
                    : "the shortest answer that the constraint allows has " + least + " tokens, of " + most + " that may be generated");
        }
        return grammar;
    }

    private static int alternatives(GenerateStart start) {
        if (!start.hasTopLogprobs()) {
            return -1;
        }
        if (start.getTopLogprobs() < 0 || start.getTopLogprobs() > MOST_ALTERNATIVES) {
            throw invalid("top_logprobs", "must be from 0 to " + MOST_ALTERNATIVES + ", not " + Integer.toUnsignedString(start.getTopLogprobs()));
        }
        return start.getTopLogprobs();
    }

    private int speculate(GenerateStart start) {
        if (!start.hasSpeculate()) {
            return Math.min(speculate, mostSpeculate);
        }
        if (start.getSpeculate() < 0 || start.getSpeculate() > mostSpeculate) {
            throw invalid("speculate", "must be from 0 to " + mostSpeculate + ", not " + Integer.toUnsignedString(start.getSpeculate()));
        }
        return start.getSpeculate();
    }

    private int maxTokens(Stopping stopping, Prompt prompt, int generated) {
        int room = shape.context() - prompt.ids().length;
        long asked = Integer.toUnsignedLong(stopping.getMaxTokens());
        if (asked > room) {
            throw Failure.inField(Reason.CONTEXT_FULL, "start.stopping.max_tokens", "the prompt's " + prompt.ids().length + " tokens and " + asked
                    + " to generate do not fit the context of " + shape.context());
        }
        int most = asked == 0 ? room : (int) asked;
        if (generated > most) {
            throw invalid("generated_ids", "holds " + generated + " tokens, more than the " + most + " that may be generated");
        }
        return most;
    }

    private Set<Long> endIds(Stopping stopping) {
        Set<Long> ends = new HashSet<>(stopping.getIgnoreEos() ? Set.of() : eosTokenIds);
        for (int i = 0; i < stopping.getStopTokenIdsCount(); i++) {
            checkId("stopping.stop_token_ids[" + i + "]", stopping.getStopTokenIds(i));
            ends.add(stopping.getStopTokenIds(i));
        }
        return ends;
    }

    private static List<String> stops(Stopping stopping) {
        if (stopping.getStopCount() > MOST_STOPS) {
            throw invalid("stopping.stop", "must hold at most " + MOST_STOPS + " strings, not " + stopping.getStopCount());
        }
        for (int i = 0; i < stopping.getStopCount(); i++) {
            if (stopping.getStop(i).isEmpty()) {
                throw invalid("stopping.stop[" + i + "]", "must not be empty");
            }
        }
        return List.copyOf(stopping.getStopList());
    }

    private void checkId(String field, long id) {
        if (id < 0 || id >= shape.vocabulary()) {
            throw invalid(field, "must be a token id from 0 to " + (shape.vocabulary() - 1) + ", not " + id);
        }
    }

    private static Failure invalid(String field, String complaint) {
        return Failure.inField(Reason.INVALID_FIELD, "start." + field, field + " " + complaint);
    }
}
