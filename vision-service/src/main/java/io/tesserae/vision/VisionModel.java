package io.tesserae.vision;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tesserae.engines.stage.LoadedStage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The eye from the service's start to its end. */
@ApplicationScoped
public class VisionModel {

    private final LoadedStage<Encoding> stage = new LoadedStage<>("vision-service");

    @Inject
    VisionSettings settings;

    @Inject
    MeterRegistry registry;

    @ConfigProperty(name = "tesserae.model")
    Optional<String> folder;

    void load(@Observes StartupEvent started) {
        stage.load(folder, opened -> new Encoding(Eye.open(opened, settings, registry), settings));
    }

    void drain(@Observes ShutdownEvent stopping) {
        stage.close();
    }

    /** Throws a failure STAGE_UNAVAILABLE while nothing is loaded. */
    Encoding encoding() {
        return stage.get();
    }

    boolean ready() {
        return stage.ready();
    }
}
