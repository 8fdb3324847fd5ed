package io.tesserae.llm.grpc;

import com.google.protobuf.ByteString;
import io.tesserae.llm.sampling.Logprobs;
import io.tesserae.llm.scheduler.AnswerEnd;
import io.tesserae.llm.text.Tokenizer;
import io.tesserae.llm.v1.Finish;
import io.tesserae.llm.v1.FinishReason;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.GenerateTimings;
import io.tesserae.llm.v1.TokenLogprob;
import java.nio.charset.StandardCharsets;

/** Results to messages. */
final class Wire {

    private Wire() {
    }

    static TokenLogprob logprob(Tokenizer tokenizer, long id, Logprobs logprobs) {
        TokenLogprob.Builder chosen = token(tokenizer, id, logprobs.chosen());
        for (int i = 0; i < logprobs.ids().length; i++) {
            chosen.addTop(token(tokenizer, logprobs.ids()[i], logprobs.logprobs()[i]));
        }
        return chosen.build();
    }

    private static TokenLogprob.Builder token(Tokenizer tokenizer, long id, float logprob) {
        byte[] bytes = tokenizer.bytesOf(id);
        return TokenLogprob.newBuilder().setTokenId(id).setText(new String(bytes, StandardCharsets.UTF_8)).setUtf8(ByteString.copyFrom(bytes))
                .setLogprob(logprob);
    }

    static GenerateResponse finish(AnswerEnd end) {
        AnswerEnd.Times times = end.times();
        return GenerateResponse.newBuilder().setFinish(Finish.newBuilder()
                .setReason(switch (end.reason()) {
                    case STOP -> FinishReason.FINISH_REASON_STOP;
                    case LENGTH -> FinishReason.FINISH_REASON_LENGTH;
                })
                .setPromptTokens(end.promptTokens())
                .setGeneratedTokens(end.generatedTokens())
                .setImageTokens(end.imageTokens())
                .setCachedTokens(end.cachedTokens())
                .setStop(end.stop())
                .setTimings(GenerateTimings.newBuilder()
                        .setQueueMicros(times.queue() / 1000)
                        .setPrefillMicros(times.prefill() / 1000)
                        .setDecodeMicros(times.decode() / 1000)
                        .setFirstTokenMicros(times.firstToken() / 1000)
                        .setWaitMicros(times.waited() / 1000))).build();
    }
}
