package io.tesserae.projector;

import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.engines.stage.LoadedStage;
import io.tesserae.engines.stage.RequestChecks;
import io.tesserae.engines.stage.StageMetrics;
import io.tesserae.projector.v1.DescribeResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/** The projectors of one model by their names, all loaded, one of which answers where a request names none. */
final class Nerves implements LoadedStage.Model {

    private final Map<String, Nerve> byName;
    private final DescribeResponse card;

    private Nerves(Map<String, Nerve> byName, String own) {
        this.byName = byName;
        DescribeResponse.Builder described = byName.get(own).card().toBuilder();
        byName.forEach((name, nerve) -> described.addNerves(NerveCard.entry(name, nerve.card())));
        this.card = described.setNerve(own).build();
    }

    /** Loads every projector of a folder. Throws {@link ModelFolderException} or an engine's exception that says what is wrong. */
    static Nerves open(ModelFolder folder, ProjectorSettings settings, MeterRegistry registry) {
        Manifest manifest = folder.manifest();
        if (manifest.projector() == null) {
            throw new ModelFolderException("model " + manifest.name() + " has no projector: 'projector' with its 'inputs' is missing in its manifest");
        }
        Map<String, Manifest.Projector> listed = manifest.projector().byName();
        String own = settings.nerve().orElse(listed.keySet().iterator().next());
        if (!listed.containsKey(own)) {
            throw new ModelFolderException("tesserae.projector.nerve is '" + own + "', but model " + manifest.name() + " has " + listed.keySet());
        }
        Map<String, Nerve> open = new LinkedHashMap<>();
        try {
            listed.forEach((name, nerve) -> open.put(name, open(folder, name, nerve, settings, registry)));
            checkWidths(open);
            Nerves nerves = new Nerves(open, own);
            StageMetrics.watchQueue(registry, manifest.name(), Stage.PROJECT, nerves, Nerves::queued);
            return nerves;
        } catch (RuntimeException unusable) {
            open.values().forEach(Nerve::close);
            throw unusable;
        }
    }

    private static Nerve open(ModelFolder folder, String name, Manifest.Projector nerve, ProjectorSettings settings, MeterRegistry registry) {
        Manifest manifest = folder.manifest();
        if (nerve.inputs() == null || nerve.inputs().isEmpty()) {
            throw new ModelFolderException("model " + manifest.name() + " has no projector: 'projector' with its 'inputs' is missing in its manifest");
        }
        if (IdentityNerve.KIND.equals(nerve.kind())) {
            return new IdentityNerve(manifest, nerve, settings);
        }
        if (nerve.graph() == null || nerve.output() == null) {
            throw new ModelFolderException("model " + manifest.name() + ": 'graph' and 'output' of its projector are missing in its manifest");
        }
        return GraphNerve.open(folder, name, nerve, settings, registry);
    }

    /** One brain reads what all of them give. */
    private static void checkWidths(Map<String, Nerve> nerves) {
        int width = nerves.values().iterator().next().card().getWidth();
        nerves.forEach((name, nerve) -> {
            if (nerve.card().getWidth() != width) {
                throw new ModelFolderException("manifest: projector.alternatives." + name + ".width is " + nerve.card().getWidth()
                        + ", but the model's first nerve gives " + width);
            }
        });
    }

    /** The card of the one that answers where a request names none, with the list of all. */
    DescribeResponse card() {
        return card;
    }

    /** The one of that name; empty for the one that answers where none is named. Throws a failure that names the field. */
    Nerve named(String name) {
        Nerve nerve = byName.get(name.isEmpty() ? card.getNerve() : name);
        if (nerve == null) {
            throw RequestChecks.invalid("nerve", "is none of this model's: " + byName.keySet());
        }
        return nerve;
    }

    /** Tiles that wait for a run of any of them. */
    private int queued() {
        return byName.values().stream().mapToInt(Nerve::queued).sum();
    }

    @Override
    public void check() {
        byName.values().forEach(Nerve::check);
    }

    @Override
    public void close() {
        byName.values().forEach(Nerve::close);
    }
}
