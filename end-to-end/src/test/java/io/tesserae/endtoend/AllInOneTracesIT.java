package io.tesserae.endtoend;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The trace is the same where all is one process. */
class AllInOneTracesIT extends TracesContract {

    @Override
    RunningSystem launch(Path model, List<String> properties) {
        return new AllInOneSystem(model, properties);
    }

    @Override
    Set<String> services() {
        return Set.of("tesserae");
    }
}
