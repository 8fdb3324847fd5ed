package io.tesserae.endtoend;

import java.nio.file.Path;

/** The whole path in one JVM. */
class AllInOneIT extends RealClientsContract {

    @Override
    RunningSystem launch(Path model) {
        return new AllInOneSystem(model);
    }
}
