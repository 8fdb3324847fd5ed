package io.tesserae.llm.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.llm.v1.Sampling;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SamplingDefaultsTest {

    private static final SamplingDefaults NONE = SamplingDefaults.of("");

    @Test
    void absentFieldsTakeTheCheckpointsThenTheContracts() {
        SamplingOptions plain = NONE.resolve(Sampling.getDefaultInstance(), 10);
        assertEquals(1, plain.temperature());
        assertEquals(1, plain.topP());
        assertEquals(0, plain.topK());
        SamplingDefaults checkpoint = SamplingDefaults.of(
                "{\"temperature\": 0.6, \"top_p\": 0.9, \"top_k\": 20, \"min_p\": 0.1, \"repetition_penalty\": 1.05, \"eos_token_id\": [2, 7]}");
        SamplingOptions ofCheckpoint = checkpoint.resolve(Sampling.getDefaultInstance(), 10);
        assertEquals(0.6f, ofCheckpoint.temperature());
        assertEquals(0.9f, ofCheckpoint.topP());
        assertEquals(20, ofCheckpoint.topK());
        assertEquals(0.1f, ofCheckpoint.minP());
        assertEquals(1.05f, ofCheckpoint.repetitionPenalty());
        assertArrayEquals(new Object[] {2L, 7L}, checkpoint.eosTokenIds().toArray());
        SamplingOptions asked = checkpoint.resolve(Sampling.newBuilder().setTemperature(0).setTopK(0).setTopP(1).setMinP(0)
                .setRepetitionPenalty(1).putLogitBias(9, -100).putLogitBias(0, 1).build(), 10);
        assertEquals(0, asked.temperature());
        assertEquals(0, asked.topK());
        assertArrayEquals(new int[] {0, 9}, asked.biasIds());
        assertArrayEquals(new float[] {1, -100}, asked.biases());
    }

    @Test
    void namesTheFieldThatIsOutOfRange() {
        refuses("temperature", sampling -> sampling.setTemperature(2.1f));
        refuses("temperature", sampling -> sampling.setTemperature(-0.1f));
        refuses("temperature", sampling -> sampling.setTemperature(Float.NaN));
        refuses("top_p", sampling -> sampling.setTopP(0));
        refuses("top_p", sampling -> sampling.setTopP(1.01f));
        refuses("top_k", sampling -> sampling.setTopK(-1));
        refuses("min_p", sampling -> sampling.setMinP(1.5f));
        refuses("repetition_penalty", sampling -> sampling.setRepetitionPenalty(0));
        refuses("repetition_penalty", sampling -> sampling.setRepetitionPenalty(Float.POSITIVE_INFINITY));
        refuses("frequency_penalty", sampling -> sampling.setFrequencyPenalty(-3));
        refuses("presence_penalty", sampling -> sampling.setPresencePenalty(3));
        refuses("logit_bias[10]", sampling -> sampling.putLogitBias(10, 1));
        refuses("logit_bias[-1]", sampling -> sampling.putLogitBias(-1, 1));
        refuses("logit_bias[3]", sampling -> sampling.putLogitBias(3, 101));
    }

    private static void refuses(String field, Consumer<Sampling.Builder> change) {
        Sampling.Builder sampling = Sampling.newBuilder();
        change.accept(sampling);
        Failure failure = assertThrows(Failure.class, () -> NONE.resolve(sampling.build(), 10));
        assertEquals(Reason.INVALID_FIELD, failure.reason());
        assertEquals("start.sampling." + field, failure.field().orElseThrow());
    }

    @Test
    void aBrokenFileIsSaidToBe() {
        assertThrows(ModelFolderException.class, () -> SamplingDefaults.of("{"));
    }
}
