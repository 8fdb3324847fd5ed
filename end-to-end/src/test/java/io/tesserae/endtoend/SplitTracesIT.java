package io.tesserae.endtoend;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The trace crosses processes. */
class SplitTracesIT extends TracesContract {

    @Override
    RunningSystem launch(Path model, List<String> properties) {
        return new SplitSystem(model, properties);
    }

    @Override
    Set<String> services() {
        return Set.of("tesserae-gateway", "tesserae-vision", "tesserae-projector", "tesserae-llm-service");
    }
}
