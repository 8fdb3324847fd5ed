package io.tesserae.engines.stage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.engines.EngineException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A stage's model over the life of its service: not loaded yet, loaded, shutting down. Thread-safe.
 *
 * @param <M> the loaded model
 */
public final class LoadedStage<M extends LoadedStage.Model> {

    /** What a stage loads. */
    public interface Model extends AutoCloseable {

        /** Returns if a call could be served now; throws an {@link EngineException} that says why not. */
        void check();

        /** Refuses new calls, finishes those accepted, frees what is held. */
        @Override
        void close();
    }

    private final String service;
    private final System.Logger log;
    private volatile M model;
    private volatile boolean closing;

    /** @param service how the service calls itself, such as {@code vision-service} */
    public LoadedStage(String service) {
        this.service = service;
        this.log = System.getLogger("io.tesserae." + service);
    }

    /**
     * Opens the model folder and what the stage needs of it. Throws, after a line in the log that says what is wrong, where
     * that cannot be done: the service must not start.
     *
     * @param folder value of {@code tesserae.model}
     */
    public void load(Optional<String> folder, Function<ModelFolder, M> open) {
        try {
            long started = System.nanoTime();
            String path = folder.orElseThrow(() -> new ModelFolderException(
                    "tesserae.model is not set: it names the model folder (environment variable TESSERAE_MODEL)"));
            ModelFolder opened = ModelFolder.open(Path.of(path));
            model = open.apply(opened);
            log.log(System.Logger.Level.INFO, "{0} has loaded {1} in {2} ms",
                    service, opened.manifest().name(), (System.nanoTime() - started) / 1_000_000);
        } catch (ModelFolderException | EngineException unusable) {
            log.log(System.Logger.Level.ERROR, "{0} cannot start: {1}", service, unusable.getMessage());
            throw unusable;
        }
    }

    /** The model. Throws {@link Failure} STAGE_UNAVAILABLE while there is none. */
    public M get() {
        M loaded = model;
        if (loaded == null) {
            throw Failure.of(Reason.STAGE_UNAVAILABLE, service + " has no model loaded");
        }
        return loaded;
    }

    /** Whether a call could be served now. */
    public boolean ready() {
        M loaded = model;
        if (loaded == null || closing) {
            return false;
        }
        try {
            loaded.check();
            return true;
        } catch (EngineException unable) {
            log.log(System.Logger.Level.WARNING, "{0} is not ready: {1}", service, unable.getMessage());
            return false;
        }
    }

    /** Shows on the metrics page from now on whether the stage's engine takes work. */
    public void showReach(MeterRegistry registry, String modelName, Stage stage, String engine) {
        Gauge.builder(Metrics.ENGINE_REACH, this, shown -> shown.ready() ? 1 : 0)
                .description("Whether what computes the stage takes work, 1 or 0")
                .tags(Metrics.TAG_MODEL, modelName, Metrics.TAG_STAGE, stage.tag(), Metrics.TAG_ENGINE, engine)
                .register(registry);
    }

    /** Tells from now on, every second until this is closed, whether a call could be served, whenever that has changed; it could when this is called. */
    public void watch(Consumer<Boolean> told) {
        Thread watch = new Thread(() -> {
            boolean before = true;
            while (!closing) {
                boolean now = ready();
                if (now != before && !closing) {
                    told.accept(now);
                }
                before = now;
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
        }, service + "-readiness");
        watch.setDaemon(true);
        watch.start();
    }

    /** Drains and frees the model. Calls that come while that lasts are refused by it, those after by {@link #get}. */
    public void close() {
        M loaded = model;
        if (loaded == null) {
            return;
        }
        closing = true;
        loaded.close();
        model = null;
    }
}
