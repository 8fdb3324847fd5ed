package io.tesserae.llm.scheduler;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.llm.decoder.Brain;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.decoder.Brains;
import io.tesserae.llm.grammar.Grammar;
import io.tesserae.llm.grammar.Grammars;
import io.tesserae.llm.grammar.TokenTrie;
import io.tesserae.llm.grammar.ToolForm;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.text.Tokenizer;
import io.tesserae.llm.v1.Constraint;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** An engine with one model, and questions about pictures that are random numbers. */
final class Asking implements AutoCloseable {

    static final SamplingOptions SEEDED = new SamplingOptions(0.9f, 0.95f, 50, 0, 1.1f, 0.1f, 0.2f, 77, new int[0], new float[0]);

    /**
     * A part of a prompt.
     *
     * @param content what the picture shows; its embeddings and its key follow from it
     * @param keyed   whether its content has a key
     */
    record Picture(int content, int rows, int columns, boolean keyed) {

        int tokens() {
            return rows * columns;
        }

        byte[] key() {
            byte[] key = new byte[keyed ? 32 : 0];
            new Random(content).nextBytes(key);
            return key;
        }
    }

    final BrainShape shape;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    /** Tokens of prompts that the brain computed. */
    final AtomicLong computed = new AtomicLong();
    private final ModelFolder folder;
    private final Tokenizer tokenizer;
    private final Engine engine;
    private final Limits limits;

    Asking(ModelFolder folder, int rows, Limits limits, long kvBytes) {
        this.folder = folder;
        this.limits = limits;
        this.shape = BrainShape.of(folder.manifest().llm(), 0);
        this.tokenizer = Tokenizer.open(folder);
        Brain brain = Brains.open(folder, shape, rows, limits.chunk(), limits.lookup().most() + 1, kvBytes, OnnxOptions.defaults().withThreads(1));
        this.engine = new Engine(counted(brain), limits, registry, "test");
    }

    static Limits limits(int chunk, boolean preemption, PrefixReuse reuse) {
        return limits(chunk, preemption, reuse, PromptLookup.OFF);
    }

    static Limits limits(int chunk, boolean preemption, PrefixReuse reuse, PromptLookup lookup) {
        return new Limits(chunk, chunk, 2.5, 100, preemption, Duration.ofSeconds(20), Duration.ofSeconds(20), reuse, lookup);
    }

    private Brain counted(Brain brain) {
        return (Brain) Proxy.newProxyInstance(Brain.class.getClassLoader(), new Class<?>[] {Brain.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("prefill")) {
                computed.addAndGet((int) arguments[4]);
            }
            try {
                return method.invoke(brain, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        });
    }

    double count(String metric) {
        return registry.get(metric).counters().stream().mapToDouble(counter -> counter.count()).sum();
    }

    /** Text and pictures to a prompt; a text is so many ids that follow from its number. */
    Prompt prompt(Object... parts) {
        List<Long> ids = new ArrayList<>();
        List<Prompt.Slot> slots = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof Picture picture) {
                slots.add(new Prompt.Slot(slots.size(), ids.size(), picture.tokens(), shape.ropeAxes() > 0 ? picture.columns() : 0, picture.key()));
                for (int i = 0; i < picture.tokens(); i++) {
                    ids.add(folder.manifest().llm().imageTokenId());
                }
            } else {
                for (long id : (long[]) part) {
                    ids.add(id);
                }
            }
        }
        return new Prompt(ids.stream().mapToLong(Long::longValue).toArray(), slots);
    }

    static long[] text(int number, int tokens) {
        return new Random(number).longs(tokens, 5, 300).toArray();
    }

    Recorder ask(int most, Object... parts) {
        return send(0, most, SamplingOptions.GREEDY, parts).await();
    }

    /** Sends a question with all its pictures. */
    Recorder send(int priority, int most, SamplingOptions sampling, Object... parts) {
        Recorder answer = new Recorder();
        Sequence sequence = new Sequence(new GenerationRequest("test", prompt(parts), new long[0], sampling, -1, most, Set.of(), List.of(), priority, limits.lookup().most(),
                System.nanoTime()), answer, tokenizer, shape.vocabulary());
        int slot = 0;
        for (Object part : parts) {
            if (part instanceof Picture picture) {
                List<Tensor> levels = new ArrayList<>();
                for (int level = 0; level < shape.levels(); level++) {
                    levels.add(embeddings(picture, 1 + level));
                }
                sequence.offer(slot++, new SlotTensors(embeddings(picture, 0), levels));
            }
        }
        engine.submit(sequence);
        return answer;
    }

    /** Sends a question of words whose answer is held to that. */
    Recorder hold(Constraint constraint, int most, SamplingOptions sampling, List<String> stops, long[] generated, long[] words) {
        Recorder answer = new Recorder();
        Grammar grammar = new Grammars(TokenTrie.of(tokenizer, shape.vocabulary()), ToolForm.HERMES, 1).of(constraint);
        engine.submit(new Sequence(new GenerationRequest("test", prompt(words), generated, sampling, 1, most, Set.of(2L), stops, 0, limits.lookup().most(), grammar,
                System.nanoTime()), answer, tokenizer, shape.vocabulary()));
        return answer;
    }

    private Tensor embeddings(Picture picture, int level) {
        Random random = new Random(picture.content() * 31L + level);
        float[] numbers = new float[picture.tokens() * shape.hidden()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian() * 0.1f;
        }
        return Tensor.ofFloats(numbers, picture.tokens(), shape.hidden());
    }

    @Override
    public void close() {
        engine.close();
        tokenizer.close();
    }
}
