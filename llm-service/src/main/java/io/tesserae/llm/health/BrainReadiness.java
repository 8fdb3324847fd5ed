package io.tesserae.llm.health;

import io.tesserae.llm.grpc.ServedModel;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the model is loaded, until the service begins to stop. */
@Readiness
@ApplicationScoped
public class BrainReadiness implements HealthCheck {

    private final ServedModel model;

    BrainReadiness(ServedModel model) {
        this.model = model;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("brain").status(model.ready()).build();
    }
}
