package io.tesserae.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** A service that judges conversations before they are answered ({@code tesserae.safety.v1.ContentSafety}). */
@ConfigMapping(prefix = "tesserae.gateway.safety")
public interface SafetyConfig {

    /** Its address, as a stage's. Absent: nobody is asked. */
    Optional<String> address();

    /** How long it may take. */
    @WithDefault("5s")
    Duration timeout();

    /** Whether it is sent the pictures beside the words. */
    @WithDefault("true")
    boolean images();

    /** Whether a request is answered that could not be judged, because the service cannot be reached or says nothing. */
    @WithDefault("false")
    boolean open();
}
