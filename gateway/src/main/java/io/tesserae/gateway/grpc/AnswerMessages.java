package io.tesserae.gateway.grpc;

import com.google.protobuf.ByteString;
import io.tesserae.chat.v1.Logprob;
import io.tesserae.chat.v1.StageTime;
import io.tesserae.chat.v1.Timings;
import io.tesserae.chat.v1.ToolCall;
import io.tesserae.chat.v1.ToolCallDelta;
import io.tesserae.chat.v1.Usage;
import io.tesserae.gateway.AnswerHead;
import io.tesserae.gateway.CallPiece;
import io.tesserae.gateway.StageTimes;
import io.tesserae.gateway.TokenLogprob;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The parts that whole answers and streamed ones have in common, as messages. */
final class AnswerMessages {

    private static final int FINGERPRINT = 12;

    private AnswerMessages() {
    }

    static List<Logprob> logprobs(List<TokenLogprob> tokens) {
        return tokens.stream()
                .map(token -> Logprob.newBuilder()
                        .setToken(token.text())
                        .setTokenId(token.tokenId())
                        .setLogprob(token.logprob())
                        .setUtf8(ByteString.copyFrom(token.utf8()))
                        .addAllTop(logprobs(token.top()))
                        .build())
                .toList();
    }

    static Usage usage(io.tesserae.gateway.Usage usage) {
        return Usage.newBuilder()
                .setPromptTokens(usage.promptTokens())
                .setCompletionTokens(usage.completionTokens())
                .setImageTokens(usage.imageTokens())
                .setCachedTokens(usage.cachedTokens())
                .setTiles(usage.tiles())
                .setCachedTiles(usage.cachedTiles())
                .build();
    }

    static List<ToolCallDelta> callPieces(List<CallPiece> pieces) {
        return pieces.stream().map(piece -> ToolCallDelta.newBuilder().setIndex(piece.index()).setId(piece.id()).setName(piece.name())
                .setArguments(piece.arguments()).build()).toList();
    }

    static List<ToolCall> calls(List<io.tesserae.gateway.ToolCall> calls) {
        return calls.stream().map(call -> ToolCall.newBuilder().setId(call.id()).setName(call.name()).setArguments(call.arguments()).build()).toList();
    }

    static String fingerprint(AnswerHead head) {
        return "fp_" + head.revision().substring(0, Math.min(FINGERPRINT, head.revision().length()));
    }

    static Timings timings(StageTimes times) {
        Timings.Builder message = Timings.newBuilder()
                .setFirstTokenMicros(TimeUnit.NANOSECONDS.toMicros(times.firstToken()))
                .setTotalMicros(TimeUnit.NANOSECONDS.toMicros(times.total()));
        times.nanos().forEach((stage, nanos) -> message.addStages(
                StageTime.newBuilder().setStage(stage.tag()).setMicros(TimeUnit.NANOSECONDS.toMicros(nanos))));
        return message.build();
    }
}
