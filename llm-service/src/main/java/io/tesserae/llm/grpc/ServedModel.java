package io.tesserae.llm.grpc;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.contract.metric.Stage;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.engines.EngineException;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.llm.config.LlmConfig;
import io.tesserae.llm.decoder.Brain;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.decoder.Brains;
import io.tesserae.llm.decoder.EmbeddingTable;
import io.tesserae.llm.decoder.OnnxBrain;
import io.tesserae.llm.grammar.Grammars;
import io.tesserae.llm.grammar.TokenTrie;
import io.tesserae.llm.decoder.ReproducibleBrain;
import io.tesserae.llm.remote.RemoteBrain;
import io.tesserae.llm.remote.RemoteBrains;
import io.tesserae.llm.scheduler.Engine;
import io.tesserae.llm.scheduler.Limits;
import io.tesserae.llm.scheduler.RemoteEngine;
import io.tesserae.llm.scheduler.SequenceEngine;
import io.tesserae.llm.text.ChatRenderer;
import io.tesserae.llm.text.InstructionReader;
import io.tesserae.llm.text.PromptAssembler;
import io.tesserae.llm.text.Tokenizer;
import io.tesserae.llm.v1.LanguageModelGrpc;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.ObserverMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The model that this service holds: loaded at start-up, drained and closed at the end. */
@Singleton
public final class ServedModel {

    private static final Logger LOG = Logger.getLogger(ServedModel.class);
    private static final String ONNX = "onnx";
    private static final int AFTER_HEALTH = ObserverMethod.DEFAULT_PRIORITY + 1;

    /** Everything that is ready once the model is loaded. */
    record Loaded(ModelFolder folder, BrainShape shape, Tokenizer tokenizer, ChatRenderer renderer, InstructionReader instruction,
            PromptAssembler assembler, GenerationRequests requests, SequenceEngine engine, OnnxOptions options) {

        Manifest manifest() {
            return folder.manifest();
        }
    }

    private final Optional<String> path;
    private final LlmConfig config;
    private final MeterRegistry registry;
    private final GrpcHealthStorage health;
    private final RemoteBrains remoteBrains;
    private final ExecutorService planning = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "llm-planning");
        thread.setDaemon(true);
        return thread;
    });
    private volatile CallRegister register;
    private volatile Loaded loaded;

    @Inject
    ServedModel(@ConfigProperty(name = "tesserae.model") Optional<String> path, LlmConfig config, MeterRegistry registry,
            GrpcHealthStorage health, RemoteBrains remoteBrains) {
        this.path = path;
        this.config = config;
        this.registry = registry;
        this.health = health;
        this.remoteBrains = remoteBrains;
    }

    void start(@Observes StartupEvent starting) {
        serving(ServingStatus.NOT_SERVING);
        try {
            Loaded fresh = load();
            register = new CallRegister(registry, fresh.manifest().name(), config.slowReaderTimeout());
            loaded = fresh;
            serving(ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
        } catch (ModelFolderException | EngineException | IllegalArgumentException unusable) {
            LOG.error(unusable.getMessage());
            throw unusable;
        }
    }

    private Loaded load() {
        long begun = System.nanoTime();
        String root = path.orElseThrow(() -> new ModelFolderException("tesserae.model (environment TESSERAE_MODEL) must name a model folder"));
        ModelFolder folder = ModelFolder.open(Path.of(root));
        Manifest.Llm llm = folder.manifest().llm();
        if (llm == null) {
            throw new ModelFolderException("model " + folder.manifest().name() + " has no 'llm' stage in its tesserae.json");
        }
        BrainShape shape = BrainShape.of(llm, config.context());
        Limits limits = Limits.of(config);
        SequenceEngine engine = config.engine().equals(ONNX) ? here(folder, shape, limits) : elsewhere(folder, shape, limits);
        registry.gauge(Metrics.ENGINE_REACH, Tags.of(Metrics.TAG_MODEL, folder.manifest().name(), Metrics.TAG_STAGE, Stage.DECODE_TOKENS.tag(),
                Metrics.TAG_ENGINE, engine.name()), engine, asked -> asked.accepting() ? 1 : 0);
        Tokenizer tokenizer = Tokenizer.open(folder);
        LOG.infof("brain of %s loaded in %d ms: engine %s, %s, %d layers, context %d, %d slots", folder.manifest().name(),
                (System.nanoTime() - begun) / 1_000_000, engine.name(), llm.precision(), shape.layers(), shape.context(), engine.slots());
        ChatRenderer renderer = new ChatRenderer(folder);
        Grammars grammars = new Grammars(TokenTrie.of(tokenizer, shape.vocabulary()), renderer.toolForm().orElse(null), config.grammars());
        return new Loaded(folder, shape, tokenizer, renderer, InstructionReader.open(folder), new PromptAssembler(tokenizer, llm, shape.context()),
                new GenerationRequests(folder, shape, grammars, config.speculation().tokens(), limits.lookup().most()), engine, onnx());
    }

    /** The decoder in this process. */
    private SequenceEngine here(ModelFolder folder, BrainShape shape, Limits limits) {
        if (config.slots() < 1 || config.slots() > OnnxBrain.MOST_ROWS) {
            throw new ModelFolderException("tesserae.llm.slots must be from 1 to " + OnnxBrain.MOST_ROWS + ", not " + config.slots());
        }
        long kvMemory = config.kvMemory().asLongValue();
        Brain brain = Brains.open(folder, shape, config.slots(), Math.max(2, limits.chunk()), Math.max(2, limits.lookup().most() + 1),
                kvMemory > 0 ? kvMemory : Long.MAX_VALUE, onnx());
        if (config.reproducible()) {
            brain = new ReproducibleBrain(brain);
        }
        brain.reserve(1, 1, 0);
        // The first run allocates what later ones use again.
        brain.prefill(0, 0, new long[1], 0, 1, (chunk, from) -> { });
        return new Engine(brain, limits, registry, folder.manifest().name());
    }

    /** The decoder behind another engine's protocol; only the table of embeddings is loaded here. */
    private SequenceEngine elsewhere(ModelFolder folder, BrainShape shape, Limits limits) {
        if (config.remote().places() < 1) {
            throw new EngineException("tesserae.llm.remote.places must be at least 1, not " + config.remote().places());
        }
        RemoteBrain brain = remoteBrains.open(config, folder, shape);
        try {
            return new RemoteEngine(brain, EmbeddingTable.open(folder, shape, onnx()), shape, config.remote().places(), limits, registry,
                    folder.manifest().name(), reached -> serving(reached && ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING));
        } catch (RuntimeException unusable) {
            brain.close();
            throw unusable;
        }
    }

    private OnnxOptions onnx() {
        return OnnxOptions.defaults().withThreads(config.threads()).withSpinning(config.spinning());
    }

    private void serving(ServingStatus status) {
        List.of(GrpcHealthStorage.DEFAULT_SERVICE_NAME, LanguageModelGrpc.SERVICE_NAME).forEach(name -> health.setStatus(name, status));
    }

    /** Later than the server's own observer, which tells its health clients to look elsewhere. */
    void stop(@Observes @Priority(AFTER_HEALTH) ShutdownEvent stopping) {
        Loaded last = loaded;
        if (last != null) {
            last.engine().drain(config.drainTimeout());
            last.engine().close();
            register.close();
            planning.shutdown();
            last.tokenizer().close();
            last.instruction().close();
        }
    }

    /** Whether requests are taken. */
    public boolean ready() {
        return loaded != null && loaded.engine().accepting();
    }

    /** Why requests could not be answered now, for operators; empty where they could. */
    public Optional<String> trouble() {
        try {
            loaded().engine().requireReach();
            return Optional.empty();
        } catch (Failure away) {
            return Optional.of(away.getMessage());
        }
    }

    /** The model; throws STAGE_UNAVAILABLE until it is loaded. */
    Loaded loaded() {
        Loaded now = loaded;
        if (now == null) {
            throw Failure.of(Reason.STAGE_UNAVAILABLE, "the model is not loaded yet");
        }
        return now;
    }

    /** Where calls are planned: tokenizing a long prompt would hold a transport thread up. */
    Executor planning() {
        return planning;
    }

    CallRegister register() {
        return register;
    }
}
