package io.tesserae.projector;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tesserae.contract.metric.Stage;
import io.tesserae.engines.stage.LoadedStage;
import io.tesserae.projector.v1.ProjectorGrpc;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The model's nerves from the service's start to its end. */
@ApplicationScoped
public class ProjectorModel {

    private static final int AFTER_HEALTH = 5_000;

    private final LoadedStage<Nerves> stage = new LoadedStage<>("projector-service");

    @Inject
    ProjectorSettings settings;

    @Inject
    MeterRegistry registry;

    @Inject
    GrpcHealthStorage health;

    @ConfigProperty(name = "tesserae.model")
    Optional<String> folder;

    void load(@Observes StartupEvent started) {
        serving(ServingStatus.NOT_SERVING);
        stage.load(folder, opened -> Nerves.open(opened, settings, registry));
        serving(ServingStatus.SERVING);
        stage.showReach(registry, nerves().card().getModel(), Stage.PROJECT, nerves().card().getEngine());
        // An engine elsewhere comes and goes.
        stage.watch(ready -> serving(ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING));
    }

    /** Later than the server's own observer, which tells its health clients to look elsewhere. */
    void drain(@Observes @Priority(AFTER_HEALTH) ShutdownEvent stopping) {
        stage.close();
    }

    private void serving(ServingStatus status) {
        List.of(GrpcHealthStorage.DEFAULT_SERVICE_NAME, ProjectorGrpc.SERVICE_NAME).forEach(name -> health.setStatus(name, status));
    }

    /** Throws a failure STAGE_UNAVAILABLE while nothing is loaded. */
    Nerves nerves() {
        return stage.get();
    }

    /** What answers Project calls; throws as {@link #nerves} does. */
    Projecting projecting() {
        return new Projecting(nerves(), settings);
    }

    boolean ready() {
        return stage.ready();
    }
}
