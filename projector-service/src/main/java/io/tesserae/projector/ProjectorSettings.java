package io.tesserae.projector;

import io.smallrye.config.ConfigMapping;
import io.tesserae.engines.stage.StageSettings;
import java.util.Optional;

/** Settings of the projector service: those of every stage that runs a graph. The model's folder is {@code tesserae.model}. */
@ConfigMapping(prefix = "tesserae.projector")
public interface ProjectorSettings extends StageSettings {

    /** Name of the nerve that projects where a request names none, of those that the model's folder holds. Absent: the folder's own choice. */
    Optional<String> nerve();
}
