package io.tesserae.gateway.stage;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.families.ModelFacts;
import io.tesserae.families.PicturePlanner;
import io.tesserae.families.UnsupportedModelException;
import io.tesserae.gateway.NerveChoice;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Which model is loaded. Stages are asked when it is first needed and again after they were found changed or gone; pictures and
 * text are planned only with cards of one revision.
 */
@ApplicationScoped
public class Models {

    private final VisionStage vision;
    private final ProjectorStage projector;
    private final LlmStage llm;
    private final KnownFamilies families;
    private final AtomicReference<BrainCard> brain = new AtomicReference<>();
    private final AtomicReference<EyeCard> eye = new AtomicReference<>();
    private final AtomicReference<NerveCard> nerve = new AtomicReference<>();
    private volatile Planned planned = new Planned("", new ConcurrentHashMap<>());

    /** Planners of one revision by the names of its nerves. */
    private record Planned(String revision, Map<String, PicturePlanner> byNerve) {
    }

    Models(VisionStage vision, ProjectorStage projector, LlmStage llm, KnownFamilies families) {
        this.vision = vision;
        this.projector = projector;
        this.llm = llm;
        this.families = families;
    }

    /**
     * The model to ask, with the nerve that the question names. Waits for stages that have not described themselves yet; text alone
     * needs no eye.
     */
    public CompletableFuture<LoadedModel> asked(Question question, Errand errand) {
        String name = question.model();
        boolean sees = !question.pictures().isEmpty() || question.nerve().isPresent();
        Optional<NerveChoice> nerveChoice = question.nerve();
        return known(brain, () -> llm.describe(errand)).thenCompose(brainCard -> {
            if (!name.isEmpty() && !name.equals(brainCard.model())) {
                throw Failure.inField(Reason.MODEL_NOT_FOUND, "model",
                        "the model '" + name + "' is not loaded; loaded: '" + brainCard.model() + "'");
            }
            return sees
                    ? seeing(nerveChoice, errand, true)
                    : CompletableFuture.completedFuture(new LoadedModel(brainCard, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
        });
    }

    /** All cards, asked for at once and checked against each other. */
    private CompletableFuture<LoadedModel> seeing(Optional<NerveChoice> choice, Errand errand, boolean mayAskAgain) {
        CompletableFuture<EyeCard> eyeCard = known(eye, () -> vision.describe(errand));
        CompletableFuture<NerveCard> nerveCard = known(nerve, () -> projector.describe(errand));
        CompletableFuture<BrainCard> brainCard = known(brain, () -> llm.describe(errand));
        return eyeCard.thenCompose(ofEye -> nerveCard.thenCombine(brainCard, (ofNerve, ofBrain) -> matched(ofEye, ofNerve, ofBrain, choice)))
                .handle((model, thrown) -> {
                    if (thrown == null) {
                        return CompletableFuture.completedFuture(model);
                    }
                    Failure failure = Failure.from(thrown);
                    if (!mayAskAgain || failure.reason() != Reason.REVISION_MISMATCH) {
                        return CompletableFuture.<LoadedModel>failedFuture(failure);
                    }
                    // A rollout: replicas of one stage hold different revisions. One that all stages have is as good as any.
                    return agreeing(errand).thenCompose(agreed -> seeing(choice, errand, false));
                })
                .thenCompose(Function.identity());
    }

    /** Asks every replica and remembers cards of one revision, where there is one that every stage has. */
    private CompletableFuture<Void> agreeing(Errand errand) {
        forget();
        CompletableFuture<List<EyeCard>> eyes = vision.describeEach(errand);
        CompletableFuture<List<NerveCard>> nerves = projector.describeEach(errand);
        CompletableFuture<List<BrainCard>> brains = llm.describeEach(errand);
        return CompletableFuture.allOf(eyes, nerves, brains).thenAccept(all -> remembered(eyes.join(), nerves.join(), brains.join()));
    }

    /** The revision with most brains goes first: of what there is, it is likeliest to stay. */
    private void remembered(List<EyeCard> eyes, List<NerveCard> nerves, List<BrainCard> brains) {
        Map<String, Long> held = brains.stream().collect(Collectors.groupingBy(BrainCard::revision, Collectors.counting()));
        held.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed()).map(Map.Entry::getKey)
                .filter(revision -> eyes.stream().anyMatch(card -> card.revision().equals(revision))
                        && nerves.stream().anyMatch(card -> card.revision().equals(revision)))
                .findFirst()
                .ifPresent(revision -> {
                    brain.set(brains.stream().filter(card -> card.revision().equals(revision)).findFirst().orElseThrow());
                    eye.set(eyes.stream().filter(card -> card.revision().equals(revision)).findFirst().orElseThrow());
                    nerve.set(nerves.stream().filter(card -> card.revision().equals(revision)).findFirst().orElseThrow());
                });
    }

    private LoadedModel matched(EyeCard eyeCard, NerveCard nerveCard, BrainCard brainCard, Optional<NerveChoice> choice) {
        if (!eyeCard.revision().equals(brainCard.revision()) || !nerveCard.revision().equals(brainCard.revision())) {
            throw Failure.of(Reason.REVISION_MISMATCH, "the stages hold different revisions of the model; try again later");
        }
        NerveCard.Nerve chosen = choice.map(named -> chosen(nerveCard, named)).orElseGet(nerveCard::ownNerve);
        return new LoadedModel(brainCard, Optional.of(eyeCard), Optional.of(nerveCard), Optional.of(chosen),
                Optional.of(plannerOf(eyeCard, chosen, brainCard)));
    }

    private static NerveCard.Nerve chosen(NerveCard card, NerveChoice choice) {
        return card.nerves().stream().filter(nerve -> nerve.name().equals(choice.name())).findFirst()
                .orElseThrow(() -> Failure.inField(Reason.INVALID_FIELD, choice.field(),
                        "'" + choice.field() + "' names no nerve of this model; it has " + card.names()));
    }

    private PicturePlanner plannerOf(EyeCard eyeCard, NerveCard.Nerve nerve, BrainCard brainCard) {
        Planned last = planned;
        if (!last.revision.equals(brainCard.revision())) {
            last = new Planned(brainCard.revision(), new ConcurrentHashMap<>());
            planned = last;
        }
        PicturePlanner known = last.byNerve.get(nerve.name());
        if (known != null) {
            return known;
        }
        try {
            PicturePlanner planner = families.named(eyeCard.family()).plannerOf(new ModelFacts(eyeCard.preprocessorConfig(),
                    eyeCard.config(), eyeCard.tileWidth(), eyeCard.tileHeight(), nerve.tokensPerTile(), brainCard.imageToken()));
            last.byNerve.put(nerve.name(), planner);
            return planner;
        } catch (UnsupportedModelException unsupported) {
            throw Failure.of(Reason.INTERNAL, "the model cannot be asked about pictures: " + unsupported.getMessage(), unsupported);
        }
    }

    /** What can be said of the model now. A stage that cannot be reached leaves its part out; without a brain there is no model. */
    public CompletableFuture<LoadedModel> loaded(Errand errand) {
        CompletableFuture<Optional<EyeCard>> eyeCard = ifReached(known(eye, () -> vision.describe(errand)));
        CompletableFuture<Optional<NerveCard>> nerveCard = ifReached(known(nerve, () -> projector.describe(errand)));
        return known(brain, () -> llm.describe(errand))
                .thenCompose(ofBrain -> eyeCard.thenCombine(nerveCard, (ofEye, ofNerve) ->
                        new LoadedModel(ofBrain, ofEye, ofNerve, ofNerve.map(NerveCard::ownNerve),
                                plannerWherePossible(ofEye, ofNerve, ofBrain))));
    }

    private Optional<PicturePlanner> plannerWherePossible(Optional<EyeCard> eyeCard, Optional<NerveCard> nerveCard, BrainCard brainCard) {
        if (eyeCard.isEmpty() || nerveCard.isEmpty()) {
            return Optional.empty();
        }
        try {
            return matched(eyeCard.get(), nerveCard.get(), brainCard, Optional.empty()).planner();
        } catch (Failure mismatch) {
            return Optional.empty();
        }
    }

    private static <T> CompletableFuture<Optional<T>> ifReached(CompletableFuture<T> card) {
        return card.thenApply(Optional::of).exceptionally(unreachable -> Optional.empty());
    }

    /** Asks every replica anew and says what is wrong; empty where a replica of each stage holds the same revision. For health checks. */
    public CompletableFuture<Optional<String>> trouble(Errand errand) {
        CompletableFuture<List<EyeCard>> eyes = vision.describeEach(errand);
        CompletableFuture<List<NerveCard>> nerves = projector.describeEach(errand);
        CompletableFuture<List<BrainCard>> brains = llm.describeEach(errand);
        return CompletableFuture.allOf(eyes, nerves, brains).handle((all, thrown) -> {
            List<String> silent = new ArrayList<>();
            name(RemoteStage.VISION, eyes, silent);
            name(RemoteStage.PROJECTOR, nerves, silent);
            name(RemoteStage.LLM, brains, silent);
            if (!silent.isEmpty()) {
                return Optional.of("no answer from " + String.join(", ", silent));
            }
            Failure unmatched = null;
            for (BrainCard ofBrain : brains.join()) {
                try {
                    matched(ofSame(ofBrain, eyes.join(), EyeCard::revision), ofSame(ofBrain, nerves.join(), NerveCard::revision), ofBrain,
                            Optional.empty());
                    return Optional.empty();
                } catch (Failure failure) {
                    unmatched = failure;
                }
            }
            return Optional.of(unmatched.getMessage());
        });
    }

    /** A card of the brain's revision, or any where there is none. */
    private static <T> T ofSame(BrainCard ofBrain, List<T> cards, Function<T, String> revision) {
        return cards.stream().filter(card -> revision.apply(card).equals(ofBrain.revision())).findFirst().orElse(cards.get(0));
    }

    private static void name(RemoteStage stage, CompletableFuture<?> card, List<String> silent) {
        if (card.isCompletedExceptionally()) {
            silent.add(stage.title());
        }
    }

    /** Has every stage asked again: one of them was found changed or gone. */
    public void forget() {
        brain.set(null);
        eye.set(null);
        nerve.set(null);
    }

    private static <T> CompletableFuture<T> known(AtomicReference<T> card, Supplier<CompletableFuture<T>> ask) {
        T known = card.get();
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        return ask.get().thenApply(fresh -> {
            card.set(fresh);
            return fresh;
        });
    }
}
