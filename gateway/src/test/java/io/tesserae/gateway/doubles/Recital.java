package io.tesserae.gateway.doubles;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.llm.v1.Delta;
import io.tesserae.llm.v1.Finish;
import io.tesserae.llm.v1.FinishReason;
import io.tesserae.llm.v1.GenerateRequest;
import io.tesserae.llm.v1.GenerateResponse;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.GenerateTimings;
import io.tesserae.llm.v1.PromptPart;
import io.tesserae.llm.v1.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One answer of the double brain: the prompt, with each slot written as {@code [what was seen]}, a character a token. Directives
 * in the prompt's text change that: {@code #count N} says N tokens in its place, {@code #pace MS} waits before each,
 * {@code #break N} fails after N tokens, {@code #wide N} makes each N characters wider.
 */
final class Recital implements StreamObserver<GenerateRequest> {

    private final Behaviour behaviour;
    private final ServerCallStreamObserver<GenerateResponse> call;
    private final TreeMap<Integer, Float> seen = new TreeMap<>();
    private GenerateStart start;

    Recital(Behaviour behaviour, ServerCallStreamObserver<GenerateResponse> call) {
        this.behaviour = behaviour;
        this.call = call;
    }

    @Override
    public void onNext(GenerateRequest request) {
        if (request.hasStart()) {
            start = request.getStart();
            behaviour.lastStart = start;
            if (behaviour.accepts(start.getModelRevision(), call) && behaviour.generateFails != null) {
                call.onError(Failure.of(behaviour.generateFails, "the brain was told to fail").toStatus());
                start = null;
            }
        } else {
            seen.put(request.getEmbeddings().getSlot(),
                    WireTensors.fromMessage(request.getEmbeddings().getEmbeddings()).floats().get(0));
        }
    }

    @Override
    public void onError(Throwable thrown) {
        // The caller has gone; the cancel handler counts it.
    }

    @Override
    public void onCompleted() {
        if (start != null && start.getModelRevision().equals(behaviour.revision)) {
            say(answer(), 0);
        }
    }

    private List<String> answer() {
        String whole = behaviour.says != null ? behaviour.says : prompt();
        int count = directive(whole, "count", -1);
        List<String> tokens = new ArrayList<>();
        if (count >= 0) {
            for (int i = 0; i < count; i++) {
                tokens.add("t" + i + " " + "~".repeat(directive(whole, "wide", 0)));
            }
        } else {
            whole.codePoints().forEach(point -> tokens.add(Character.toString(point)));
        }
        int most = start.getStopping().getMaxTokens();
        return most == 0 || most >= tokens.size() ? tokens : tokens.subList(0, most);
    }

    private String prompt() {
        StringBuilder text = new StringBuilder();
        for (PromptPart part : start.getPromptList()) {
            text.append(part.hasImage() ? "[" + Math.round(seen.get(part.getImage().getSlot())) + "]" : part.getText());
        }
        return text.toString();
    }

    private static int directive(String prompt, String name, int otherwise) {
        Matcher matcher = Pattern.compile("#" + name + " (\\d+)").matcher(prompt);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : otherwise;
    }

    private void say(List<String> tokens, int next) {
        int pace = directive(prompt(), "pace", 0);
        if (call.isCancelled()) {
            return;
        }
        if (next == directive(prompt(), "break", -1)) {
            call.onError(Failure.of(Reason.INTERNAL, "the brain broke").toStatus());
            return;
        }
        if (next == tokens.size()) {
            finish(tokens);
            return;
        }
        if (!call.isReady()) {
            Behaviour.LATER.schedule(() -> say(tokens, next), 5, TimeUnit.MILLISECONDS);
            return;
        }
        Behaviour.LATER.schedule(() -> {
            if (call.isCancelled()) {
                return;
            }
            behaviour.tokensSent.incrementAndGet();
            Delta.Builder delta = Delta.newBuilder().setText(tokens.get(next)).addTokenIds(100 + next);
            if (start.hasTopLogprobs()) {
                delta.addLogprobs(logprob(tokens.get(next), 100 + next, start.getTopLogprobs()));
            }
            call.onNext(GenerateResponse.newBuilder().setDelta(delta).build());
            say(tokens, next + 1);
        }, pace, TimeUnit.MILLISECONDS);
    }

    private static TokenLogprob logprob(String text, long id, int top) {
        TokenLogprob.Builder token = TokenLogprob.newBuilder()
                .setText(text).setTokenId(id).setUtf8(ByteString.copyFromUtf8(text)).setLogprob(-0.5f);
        for (int i = 0; i < top; i++) {
            token.addTop(TokenLogprob.newBuilder().setText("x" + i).setTokenId(i).setUtf8(ByteString.copyFromUtf8("x" + i))
                    .setLogprob(i == 0 ? -0.5f : Float.NEGATIVE_INFINITY));
        }
        return token.build();
    }

    private void finish(List<String> tokens) {
        int image = start.getPromptList().stream().mapToInt(part -> part.getImage().getTokens()).sum();
        int text = start.getPromptList().stream().mapToInt(part -> part.getText().length()).sum();
        boolean cut = tokens.size() == start.getStopping().getMaxTokens();
        call.onNext(GenerateResponse.newBuilder().setFinish(Finish.newBuilder()
                .setReason(cut ? FinishReason.FINISH_REASON_LENGTH : FinishReason.FINISH_REASON_STOP)
                .setPromptTokens(text + image).setImageTokens(image).setCachedTokens(1)
                .setGeneratedTokens(tokens.size() + (cut ? 0 : 1))
                .setTimings(GenerateTimings.newBuilder().setPrefillMicros(10).setDecodeMicros(20))).build());
        call.onCompleted();
    }
}
