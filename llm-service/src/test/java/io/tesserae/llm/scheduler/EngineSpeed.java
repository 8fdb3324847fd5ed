package io.tesserae.llm.scheduler;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.decoder.OnnxBrain;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures the engine with a model folder: {@code EngineSpeed MODEL THREADS SPINNING TOKENS}. Prints prefill and decode tokens a second at one and at eight
 * sequences, and what a step costs beside the model.
 */
public final class EngineSpeed {

    private EngineSpeed() {
    }

    public static void main(String[] arguments) throws InterruptedException {
        ModelFolder folder = ModelFolder.open(Path.of(arguments[0]));
        int threads = Integer.parseInt(arguments[1]);
        BrainShape shape = BrainShape.of(folder.manifest().llm(), 4096);
        Limits limits = new Limits(512, 512, 2.5, 100, true, Duration.ofMinutes(1), Duration.ofMinutes(1), PrefixReuse.NONE, PromptLookup.OFF);
        OnnxOptions options = OnnxOptions.defaults().withThreads(threads).withSpinning(Boolean.parseBoolean(arguments[2]));
        int tokens = Integer.parseInt(arguments[3]);
        bare(folder, shape, options, 1, 1200, tokens);
        bare(folder, shape, options, 8, 600, tokens);
        try (Tokenizer tokenizer = Tokenizer.open(folder);
                Engine engine = new Engine(OnnxBrain.open(folder, shape, 8, 512, options), limits, new SimpleMeterRegistry(), "speed")) {
            measure(engine, tokenizer, shape, 1, 200, 32, "warm-up");
            measure(engine, tokenizer, shape, 1, 1200, tokens, "1 sequence");
            measure(engine, tokenizer, shape, 1, 1200, tokens, "1 sequence, top_p 0.9 and penalties");
            measure(engine, tokenizer, shape, 8, 600, tokens, "8 sequences");
        }
    }

    /** The brain alone, without scheduling, sampling or text. */
    private static void bare(ModelFolder folder, BrainShape shape, OnnxOptions options, int rows, int context, int tokens) {
        try (OnnxBrain brain = OnnxBrain.open(folder, shape, 8, 512, options)) {
            brain.reserve(rows, context + tokens, 0);
            long[] ids = new Random(1).longs(context, 5, 40_000).toArray();
            long begun = System.nanoTime();
            for (int row = 0; row < rows; row++) {
                for (int from = 0; from < context; from += 512) {
                    brain.prefill(row, from, ids, from, Math.min(512, context - from), (chunk, at) -> { });
                }
            }
            double prefill = rows * context / seconds(begun);
            begun = System.nanoTime();
            int[] lengths = new int[rows];
            for (int step = 0; step < tokens; step++) {
                Arrays.fill(lengths, context + step);
                brain.decode(rows, ids, lengths, lengths);
            }
            System.out.printf("bare brain, %d rows, context %d: prefill %.0f tokens/s, decode %.1f tokens/s%n", rows, context, prefill,
                    tokens * rows / seconds(begun));
        }
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void measure(Engine engine, Tokenizer tokenizer, BrainShape shape, int sequences, int context, int tokens, String what)
            throws InterruptedException {
        SamplingOptions sampling = what.contains("top_p") ? new SamplingOptions(1, 0.9f, 0, 0, 1.1f, 0.1f, 0, 1, new int[0], new float[0])
                : SamplingOptions.GREEDY;
        CountDownLatch over = new CountDownLatch(sequences);
        Window window = new Window(sequences);
        AtomicLong prefill = new AtomicLong();
        for (int i = 0; i < sequences; i++) {
            // Those prefilled first go on until the last has as many tokens.
            int more = tokens + (sequences - 1 - i) * (context / 128 + 2);
            long[] ids = new Random(i).longs(context, 5, 40_000).toArray();
            engine.submit(new Sequence(new GenerationRequest("speed", new Prompt(ids, List.of()), new long[0], sampling, -1, more, Set.of(), List.of(),
                    0, 0, System.nanoTime()), new AnswerListener() {
                private boolean begun;

                @Override
                public void token(long id, String text, Logprobs logprobs) {
                    window.token(!begun);
                    begun = true;
                }

                @Override
                public void finished(AnswerEnd end) {
                    prefill.addAndGet(end.times().prefill());
                    window.close();
                    over.countDown();
                }

                @Override
                public void failed(Failure failure) {
                    throw new IllegalStateException(failure);
                }
            }, tokenizer, shape.vocabulary()));
        }
        over.await();
        System.out.printf("engine, %s, context %d: prefill %.0f tokens/s, decode %.1f tokens/s%n", what, context,
                sequences * context / (prefill.get() / 1e9), window.tokensPerSecond());
    }

    /** Counts tokens while all sequences run: from the last one's first token to the first one's end. For the engine's thread. */
    private static final class Window {

        private int missing;
        private long begun;
        private long ended;
        private int tokens;

        Window(int sequences) {
            missing = sequences;
        }

        void token(boolean first) {
            if (first && --missing == 0) {
                begun = System.nanoTime();
            } else if (missing == 0 && ended == 0) {
                tokens++;
            }
        }

        void close() {
            ended = ended == 0 ? System.nanoTime() : ended;
        }

        double tokensPerSecond() {
            return tokens / ((ended - begun) / 1e9);
        }
    }
}
