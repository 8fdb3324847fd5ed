package io.tesserae.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/** A port of its own for operators. Where there is one, metrics are served there and no longer beside the API. */
@ConfigMapping(prefix = "tesserae.gateway.management")
public interface ManagementConfig {

    /** Its number; 0 for any free one. Absent: there is none, no admin endpoint, and metrics stand beside the API. */
    OptionalInt port();

    /** Address that it listens at. */
    @WithDefault("127.0.0.1")
    String host();
}
