package io.tesserae.gateway.stage;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.families.PicturePlanner;
import java.util.Optional;

/**
 * The model that the stages hold.
 *
 * @param brain   always known
 * @param eye     unknown while the eye cannot be reached
 * @param nerve   unknown while the nerve cannot be reached
 * @param chosen  the nerve to use; known where {@code nerve} is
 * @param planner plans its pictures; known where eye and nerve are
 */
public record LoadedModel(
        BrainCard brain, Optional<EyeCard> eye, Optional<NerveCard> nerve, Optional<NerveCard.Nerve> chosen, Optional<PicturePlanner> planner) {

    /** Name to ask it by. */
    public String name() {
        return brain.model();
    }

    /** Content hash that every stage agrees on. */
    public String revision() {
        return brain.revision();
    }

    /** Whether features go from eye to nerve without passing through here. */
    public boolean eyeProjects() {
        return eye.map(EyeCard::canProject).orElse(false);
    }

    /** Name of the nerve to use; empty where none is known. */
    public String nerveName() {
        return chosen.map(NerveCard.Nerve::name).orElse("");
    }

    /** Whether pictures are looked at with the question in mind, so that the question must be known first. */
    public boolean readsInstruction() {
        return chosen.map(NerveCard.Nerve::readsInstruction).orElse(false);
    }

    /** Its planner, or the failure of having asked about pictures while no eye was known. */
    public PicturePlanner pictures() {
        return planner.orElseThrow(() -> Failure.of(Reason.STAGE_UNAVAILABLE, "the vision stage cannot be reached; try again later"));
    }
}
