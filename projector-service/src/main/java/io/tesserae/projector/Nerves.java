package io.tesserae.projector;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;

/** Loads the projector that a model folder names. */
final class Nerves {

    private Nerves() {
    }

    /** Throws {@link ModelFolderException} or an engine's exception that says what is wrong. */
    static Nerve open(ModelFolder folder, ProjectorSettings settings, MeterRegistry registry) {
        Manifest manifest = folder.manifest();
        if (manifest.projector() == null || manifest.projector().inputs() == null || manifest.projector().inputs().isEmpty()) {
            throw new ModelFolderException("model " + manifest.name() + " has no projector: 'projector' with its 'inputs' is missing in its manifest");
        }
        if (IdentityNerve.KIND.equals(manifest.projector().kind())) {
            return new IdentityNerve(manifest, settings);
        }
        if (manifest.projector().graph() == null || manifest.projector().output() == null) {
            throw new ModelFolderException("model " + manifest.name() + ": 'graph' and 'output' of its projector are missing in its manifest");
        }
        return GraphNerve.open(folder, settings, registry);
    }
}
