package io.tesserae.projector;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the projector is loaded and while its engine can run. */
@Readiness
@ApplicationScoped
public class ProjectorReadiness implements HealthCheck {

    @Inject
    ProjectorModel model;

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("projector").status(model.ready()).build();
    }
}
