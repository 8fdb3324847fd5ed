package io.tesserae.endtoend;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The whole path through four processes. */
class SplitIT extends RealClientsContract {

    private RunningSystem system;

    @BeforeAll
    void start() {
        system = new SplitSystem(MODEL);
    }

    @AfterAll
    void stop() {
        system.close();
    }

    @Override
    RunningSystem system() {
        return system;
    }
}
