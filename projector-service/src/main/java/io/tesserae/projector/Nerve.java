package io.tesserae.projector;

import io.tesserae.engines.Cancellation;
import io.tesserae.engines.stage.LoadedStage;
import io.tesserae.projector.v1.DescribeResponse;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.TileFeatures;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A loaded projector of any school. */
interface Nerve extends LoadedStage.Model {

    DescribeResponse card();

    /** Tiles that wait for a run. */
    default int queued() {
        return 0;
    }

    /** Throws a {@link io.tesserae.contract.failure.Failure} that says what is wrong with an instruction that it reads. */
    default void checkInstruction(List<Long> ids) {
        // Read by few.
    }

    /**
     * Projects tiles, in their order. Throws a {@link io.tesserae.contract.failure.Failure} that names the tile and feature
     * that do not fit, or says that there is no room.
     *
     * @param instructionIds see {@link ProjectRequest#getInstructionIdsList}; empty unless the card says that it reads them
     * @param cancellation   drops tiles that have not run
     */
    CompletionStage<Projected> project(List<TileFeatures> tiles, List<Long> instructionIds, Cancellation cancellation);
}
