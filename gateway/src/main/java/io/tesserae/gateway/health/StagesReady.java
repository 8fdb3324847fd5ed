package io.tesserae.gateway.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.stage.Models;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when all three stages answer and hold the same revision of the model. */
@Readiness
@ApplicationScoped
public class StagesReady implements AsyncHealthCheck {

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final Models models;
    private final Errands errands;

    StagesReady(Models models, Errands errands) {
        this.models = models;
        this.errands = errands;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().completionStage(() -> {
            Errand errand = errands.begin("readiness", DEADLINE);
            return models.trouble(errand).thenApply(trouble -> {
                errand.end();
                return HealthCheckResponse.named("stages")
                        .status(trouble.isEmpty())
                        .withData("trouble", trouble.orElse("none"))
                        .build();
            });
        });
    }
}
