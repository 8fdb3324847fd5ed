package io.tesserae.projector;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tesserae.engines.stage.LoadedStage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The nerve from the service's start to its end. */
@ApplicationScoped
public class ProjectorModel {

    private final LoadedStage<Nerve> stage = new LoadedStage<>("projector-service");

    @Inject
    ProjectorSettings settings;

    @Inject
    MeterRegistry registry;

    @ConfigProperty(name = "tesserae.model")
    Optional<String> folder;

    void load(@Observes StartupEvent started) {
        stage.load(folder, opened -> Nerves.open(opened, settings, registry));
    }

    void drain(@Observes ShutdownEvent stopping) {
        stage.close();
    }

    /** Throws a failure STAGE_UNAVAILABLE while nothing is loaded. */
    Nerve nerve() {
        return stage.get();
    }

    /** What answers Project calls; throws as {@link #nerve} does. */
    Projecting projecting() {
        return new Projecting(nerve(), settings);
    }

    boolean ready() {
        return stage.ready();
    }
}
