import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.llm.decoder.Brain;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.decoder.Brains;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.scheduler.AnswerEnd;
import io.tesserae.llm.scheduler.AnswerListener;
import io.tesserae.llm.scheduler.Engine;
import io.tesserae.llm.scheduler.GenerationRequest;
import io.tesserae.llm.scheduler.Limits;
import io.tesserae.llm.scheduler.PrefixReuse;
import io.tesserae.llm.scheduler.PromptLookup;
import io.tesserae.llm.scheduler.Sequence;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.text.Tokenizer;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/**
 * What the brain's engine costs beside its model: {@code ./tesserae bench brain [--json FILE] [--model FOLDER] [--threads N] [--context N] [--tokens N]}.
 * The time within calls of the brain is taken apart from the time of whole steps, in the same run, so that a busy machine spoils the times but hardly their ratio.
 */
public final class BrainTimes {

    private final BrainShape shape;
    private final Tokenizer tokenizer;
    private final Brain brain;
    private final int context;
    private final int tokens;
    private final List<String> rows = new ArrayList<>();
    /** Nanoseconds within the brain; of the engine's thread. */
    private volatile long inside;
    private volatile long engineThread;

    private BrainTimes(ModelFolder folder, int threads, int context, int tokens) {
        this.shape = BrainShape.of(folder.manifest().llm(), 4096);
        this.tokenizer = Tokenizer.open(folder);
        this.context = context;
        this.tokens = tokens;
        this.brain = timed(Brains.open(folder, shape, 8, 512, 1, Long.MAX_VALUE, OnnxOptions.defaults().withThreads(threads)));
    }

    private Brain timed(Brain real) {
        return (Brain) Proxy.newProxyInstance(Brain.class.getClassLoader(), new Class<?>[] {Brain.class}, (proxy, method, arguments) -> {
            // Reading logits is ours: it is a copy, not the model.
            boolean model = method.getName().equals("decode") || method.getName().equals("prefill");
            long begun = System.nanoTime();
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            } finally {
                if (model) {
                    inside += System.nanoTime() - begun;
                    engineThread = Thread.currentThread().getId();
                }
            }
        });
    }

    /** One answer's tokens: when each came. */
    private final class Answer implements AnswerListener {

        final long asked = System.nanoTime();
        final List<Long> times = new ArrayList<>();
        final List<Long> insides = new ArrayList<>();
        final CountDownLatch begun = new CountDownLatch(8);
        final CountDownLatch over = new CountDownLatch(1);
        long allocatedFirst;
        long allocatedLast;

        @Override
        public void token(long id, String text, Logprobs logprobs) {
            times.add(System.nanoTime());
            insides.add(inside);
            allocatedLast = ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(engineThread);
            allocatedFirst = times.size() == 1 ? allocatedLast : allocatedFirst;
            begun.countDown();
        }

        @Override
        public void finished(AnswerEnd end) {
            over.countDown();
        }

        @Override
        public void failed(Failure failure) {
            failure.printStackTrace();
            over.countDown();
        }

        Answer await() throws InterruptedException {
            over.await();
            return this;
        }

        double first() {
            return (times.get(0) - asked) / 1e6;
        }

        /** Part of the time from the first token to the last that was not the model's. */
        double beside() {
            int last = times.size() - 1;
            return 1 - (double) (insides.get(last) - insides.get(0)) / (times.get(last) - times.get(0));
        }

        long[] gaps(long from, long to) {
            return LongStream.range(1, times.size()).filter(i -> times.get((int) i) >= from && times.get((int) i - 1) <= to)
                    .map(i -> times.get((int) i) - times.get((int) i - 1)).sorted().toArray();
        }
    }

    private Answer ask(Engine engine, long[] ids, int most, SamplingOptions sampling) {
        Answer answer = new Answer();
        engine.submit(new Sequence(new GenerationRequest("bench", new Prompt(ids, List.of()), new long[0], sampling, -1, most, Set.of(), List.of(), 0, 0,
                System.nanoTime()), answer, tokenizer, shape.vocabulary()));
        return answer;
    }

    private static long[] text(int number, int length) {
        return new Random(number).longs(length, 5, 40_000).toArray();
    }

    private void run() throws InterruptedException {
        Limits limits = new Limits(512, 512, 2.5, 100, true, Duration.ofMinutes(1), Duration.ofMinutes(10), new PrefixReuse(256, 16), PromptLookup.OFF);
        SamplingOptions sampled = new SamplingOptions(1, 0.9f, 0, 0, 1.1f, 0.1f, 0, 1, new int[0], new float[0]);
        try (Engine engine = new Engine(brain, limits, new SimpleMeterRegistry(), "bench")) {
            ask(engine, text(1, 200), 3 * tokens, sampled).await();
            Answer one = ask(engine, text(2, context), tokens, SamplingOptions.GREEDY).await();
            row("beside the model, 1 answer, greedy", 0.05, one.beside(), "part of a step");
            long bytes = (one.allocatedLast - one.allocatedFirst) / (tokens - 1);
            row("garbage a token, 1 answer, greedy", 65536, bytes, "bytes");
            row("beside the model, 1 answer, top_p and penalties", 0.05, ask(engine, text(3, context), tokens, sampled).await().beside(), "part of a step");
            List<Answer> eight = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                eight.add(ask(engine, text(10 + i, context / 4), tokens + 8 * (8 - i), SamplingOptions.GREEDY));
            }
            for (Answer answer : eight) {
                answer.await();
            }
            row("beside the model, 8 answers, greedy", 0.05, eight.get(7).beside(), "part of a step");

            long[] picture = text(30, context);
            double fresh = ask(engine, picture, 4, SamplingOptions.GREEDY).await().first();
            long[] second = Arrays.copyOf(picture, context + 12);
            System.arraycopy(text(31, 12), 0, second, context - 8, 12);
            double again = ask(engine, Arrays.copyOf(second, context + 4), 4, SamplingOptions.GREEDY).await().first();
            row("second question about the same prompt: first token, part of the first one's", 0.05, again / fresh, "");

            Answer running = ask(engine, text(40, 100), 40 * tokens / 8 + 200, SamplingOptions.GREEDY);
            running.begun.await();
            Thread.sleep(500);
            long from = System.nanoTime();
            Answer beside = ask(engine, text(41, context), 4, SamplingOptions.GREEDY).await();
            long to = beside.times.get(0);
            running.await();
            long[] all = running.gaps(0, Long.MAX_VALUE);
            long[] while1 = running.gaps(from, to);
            row("gap between tokens while a prompt is read: p99, times the median of the whole answer", 3,
                    (double) while1[(int) Math.min(while1.length - 1, Math.ceil(0.99 * while1.length) - 1)] / all[all.length / 2], "");
        }
    }

    private void row(String name, double most, double figure, String unit) {
        rows.add(String.format(Locale.ROOT, "{\"name\": \"brain: %s\", \"goal\": \"<= %s\", \"figure\": %.4g, \"holds\": %s}", name,
                most == Math.rint(most) ? Long.toString((long) most) : Double.toString(most), figure, figure <= most));
        System.out.printf(Locale.ROOT, "%-90s %10.4g %s (at most %s)%n", name, figure, unit, most);
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> given = new HashMap<>(Map.of("--threads", "0", "--context", "1200", "--tokens", "64"));
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            given.put(arguments[i], arguments[i + 1]);
        }
        BrainTimes times = new BrainTimes(ModelFolder.open(Path.of(given.get("--model"))), Integer.parseInt(given.get("--threads")),
                Integer.parseInt(given.get("--context")), Integer.parseInt(given.get("--tokens")));
        times.run();
        if (given.containsKey("--json")) {
            Files.writeString(Path.of(given.get("--json")), "[\n  " + String.join(",\n  ", times.rows) + "\n]\n");
        }
        System.exit(0);
    }
}
