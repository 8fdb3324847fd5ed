package io.tesserae.llm.health;

import io.tesserae.llm.grpc.ServedModel;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the model is loaded and what computes it is in reach, until the service begins to stop. */
@Readiness
@ApplicationScoped
public class BrainReadiness implements HealthCheck {

    private final ServedModel model;

    BrainReadiness(ServedModel model) {
        this.model = model;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("brain").status(model.ready()).withData("trouble", model.trouble().orElse("none")).build();
    }
}
