package io.tesserae.endtoend;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The whole path in one JVM. */
class AllInOneIT extends RealClientsContract {

    private RunningSystem system;

    @BeforeAll
    void start() {
        system = new AllInOneSystem(MODEL);
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
