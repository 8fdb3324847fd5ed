package io.tesserae.vision;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tesserae.contract.metric.Stage;
import io.tesserae.engines.stage.LoadedStage;
import io.tesserae.vision.v1.VisionEncoderGrpc;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The eye from the service's start to its end. */
@ApplicationScoped
public class VisionModel {

    private static final int AFTER_HEALTH = 5_000;

    private final LoadedStage<Encoding> stage = new LoadedStage<>("vision-service");

    @Inject
    VisionSettings settings;

    @Inject
    MeterRegistry registry;

    @Inject
    GrpcHealthStorage health;

    @ConfigProperty(name = "tesserae.model")
    Optional<String> folder;

    void load(@Observes StartupEvent started) {
        serving(ServingStatus.NOT_SERVING);
        stage.load(folder, opened -> new Encoding(Eye.open(opened, settings, registry), settings, registry));
        serving(ServingStatus.SERVING);
        stage.showReach(registry, encoding().card().getModel(), Stage.ENCODE, encoding().card().getEngine());
        // An engine elsewhere comes and goes.
        stage.watch(ready -> serving(ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING));
    }

    /** Later than the server's own observer, which tells its health clients to look elsewhere. */
    void drain(@Observes @Priority(AFTER_HEALTH) ShutdownEvent stopping) {
        stage.close();
    }

    private void serving(ServingStatus status) {
        List.of(GrpcHealthStorage.DEFAULT_SERVICE_NAME, VisionEncoderGrpc.SERVICE_NAME).forEach(name -> health.setStatus(name, status));
    }

    /** Throws a failure STAGE_UNAVAILABLE while nothing is loaded. */
    Encoding encoding() {
        return stage.get();
    }

    boolean ready() {
        return stage.ready();
    }
}
