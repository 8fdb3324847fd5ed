package io.tesserae.projector;

import io.smallrye.config.ConfigMapping;
import io.tesserae.engines.stage.StageSettings;

/** Settings of the projector service: those of every stage that runs a graph. The model's folder is {@code tesserae.model}. */
@ConfigMapping(prefix = "tesserae.projector")
public interface ProjectorSettings extends StageSettings {
}
