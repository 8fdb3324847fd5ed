package io.tesserae.vision;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the eye is loaded and while its engine can run. */
@Readiness
@ApplicationScoped
public class VisionReadiness implements HealthCheck {

    @Inject
    VisionModel model;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("eye").status(model.ready()).build();
    }
}
