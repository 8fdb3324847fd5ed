package io.tesserae.endtoend;

import java.nio.file.Path;

/** The whole path through four processes. */
class SplitIT extends RealClientsContract {

    @Override
    RunningSystem launch(Path model) {
        return new SplitSystem(model);
    }
}
