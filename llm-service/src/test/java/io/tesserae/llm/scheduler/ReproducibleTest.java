package io.tesserae.llm.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.Manifest;
import io.tesserae.engines.onnx.OnnxOptions;
import io.tesserae.llm.decoder.BrainShape;
import io.tesserae.llm.decoder.Brains;
import io.tesserae.llm.decoder.ReproducibleBrain;
import io.tesserae.llm.sampling.SamplingOptions;
import io.tesserae.llm.text.Prompt;
import io.tesserae.llm.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The default model, whose weights have 4 bits and whose activations 8: what is computed beside an answer, what the prefix cache held and where it goes on
 * change it, unless the brain is reproducible. Every comparison is of ids, text and the bits of log-probabilities.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class ReproducibleTest {

    private static final int TOKENS = 16;
    private static final List<SamplingOptions> WAYS = List.of(SamplingOptions.GREEDY, Asking.SEEDED);

    private final ModelFolder folder = ModelFolder.open(Files.exists(Path.of("models/tesserae-135m"))
            ? Path.of("models/tesserae-135m") : Path.of("..", "models", "tesserae-135m"));
    private final Manifest.Llm llm = folder.manifest().llm();
    private final BrainShape shape = BrainShape.of(llm, 512);
    private final Tokenizer tokenizer = Tokenizer.open(folder);
    private final Engine first = engine(64);
    private final Engine second = engine(7);

    private Engine engine(int chunk) {
        return new Engine(new ReproducibleBrain(Brains.open(folder, shape, 4, chunk, 2, Long.MAX_VALUE, OnnxOptions.defaults().withThreads(1))),
                Asking.limits(chunk, true, new PrefixReuse(256, 100_000, 4)), new SimpleMeterRegistry(), "test");
    }

    @BeforeAll
    void loaded() {
        assertTrue(first.accepting() && second.accepting());
    }

    @AfterAll
    void stop() {
        first.close();
        second.close();
        tokenizer.close();
    }

    private Recorder send(Engine engine, SamplingOptions sampling, String question, long... generated) {
        Recorder answer = new Recorder();
        long[] prompt = tokenizer.encode("<|im_start|>user\n" + question + "<|im_end|>\n<|im_start|>assistant\n", false);
        engine.submit(new Sequence(new GenerationRequest("test", new Prompt(prompt, List.of()), generated, sampling, 2, TOKENS, Set.of(),
                List.of("never said"), 0, 0, System.nanoTime()), answer, tokenizer, shape.vocabulary()));
        return answer;
    }

    @Test
    void anAnswerDoesNotDependOnWhatWasComputedBeforeOrIsBesideIt() {
        for (SamplingOptions sampling : WAYS) {
            Recorder cold = send(first, sampling, "Tell me a story about a fox.").await();
            assertSame(cold, send(first, sampling, "Tell me a story about a fox.").await(), 0);
            List<Recorder> crowd = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                crowd.add(send(first, sampling, i % 2 == 0 ? "Tell me a story about a fox." : "Name " + i + " colours."));
            }
            for (int i = 0; i < crowd.size(); i += 2) {
                assertSame(cold, crowd.get(i).await(), 0);
            }
            crowd.forEach(Recorder::await);
        }
    }

    /** The second engine cuts prompts into other chunks and holds other prefixes. */
    @Test
    void anAnswerGoesOnElsewhereAsItWouldHaveGoneOn() {
        for (SamplingOptions sampling : WAYS) {
            Recorder whole = send(first, sampling, "Write a letter to a friend.").await();
            long[] ids = whole.ids();
            for (int told = 0; told <= TOKENS; told += 5) {
                Recorder rest = send(second, sampling, "Write a letter to a friend.", Arrays.copyOf(ids, told)).await();
                assertSame(whole, rest, told);
                assertEquals(whole.end().generatedTokens(), rest.end().generatedTokens(), "what was told counts");
                assertEquals(whole.end().reason(), rest.end().reason());
            }
        }
    }

    private static void assertSame(Recorder expected, Recorder rest, int told) {
        assertArrayEquals(Arrays.copyOfRange(expected.ids(), told, expected.ids().length), rest.ids());
        assertEquals(expected.textFrom(told), rest.text());
        for (int i = 0; i < rest.ids().length; i++) {
            assertEquals(expected.logprobs().get(told + i).chosen(), rest.logprobs().get(i).chosen(), "log-probability of token " + (told + i));
            assertArrayEquals(expected.logprobs().get(told + i).ids(), rest.logprobs().get(i).ids());
            assertArrayEquals(expected.logprobs().get(told + i).logprobs(), rest.logprobs().get(i).logprobs());
        }
    }
}
