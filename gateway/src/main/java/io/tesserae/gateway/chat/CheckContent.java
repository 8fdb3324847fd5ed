package io.tesserae.gateway.chat;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.Content;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.chat.Album.PictureFile;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.config.SafetyConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.stage.StageLinks;
import io.tesserae.safety.v1.CheckRequest;
import io.tesserae.safety.v1.CheckResponse;
import io.tesserae.safety.v1.ContentSafetyGrpc;
import io.tesserae.safety.v1.Verdict;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Between steps 2 and 3, where it is asked for: has a service of the operator's own say whether a conversation may be answered. */
@ApplicationScoped
class CheckContent {

    private static final Logger LOG = Logger.getLogger(CheckContent.class);
    private static final int LONGEST_EXPLANATION = 500;

    private final SafetyConfig config;
    private final ManagedChannel channel;

    CheckContent(SafetyConfig config, GatewayConfig gateway) {
        this.config = config;
        channel = config.address().map(address -> StageChannels.open(address, StageLinks.tls(gateway))).orElse(null);
    }

    /** The album, once its conversation may be answered. */
    CompletableFuture<Album> of(Question question, Album album, Errand errand) {
        if (channel == null) {
            return CompletableFuture.completedFuture(album);
        }
        Deadline ours = Deadline.after(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        ClientCall<CheckRequest, CheckResponse> call = channel.newCall(ContentSafetyGrpc.getCheckMethod(),
                CallOptions.DEFAULT.withDeadline(ours.minimum(errand.deadline())));
        CompletableFuture<CheckResponse> answer = new CompletableFuture<>();
        Errand.Handle leaving = errand.onAbort(() -> call.cancel("the request has ended", null));
        ClientCalls.asyncUnaryCall(call, request(question, album, errand), completing(answer));
        return answer.handle((response, thrown) -> {
            leaving.close();
            errand.failure().ifPresent(why -> {
                throw why;
            });
            judge(response, thrown, errand);
            return album;
        });
    }

    private void judge(CheckResponse response, Throwable thrown, Errand errand) {
        Verdict verdict = thrown == null ? response.getVerdict() : Verdict.VERDICT_UNSPECIFIED;
        if (verdict == Verdict.VERDICT_REFUSE) {
            String said = response.getExplanation();
            throw Failure.inField(Reason.CONTENT_REFUSED, "messages", said.isEmpty() ? "the conversation was refused by this server's content policy"
                    : said.substring(0, Math.min(LONGEST_EXPLANATION, said.length())));
        }
        if (verdict != Verdict.VERDICT_ALLOW) {
            LOG.warnf("request %s could not be judged by the content-safety service: %s", errand.id(),
                    thrown == null ? "it gave no verdict" : thrown.getMessage());
            if (!config.open()) {
                throw Failure.of(Reason.STAGE_UNAVAILABLE, "the conversation could not be judged; try again later");
            }
        }
    }

    private CheckRequest request(Question question, Album album, Errand errand) {
        CheckRequest.Builder request = CheckRequest.newBuilder()
                .setRequestId(errand.id()).setCaller(errand.visit().callerName()).setModel(question.model());
        for (Turn turn : question.turns()) {
            io.tesserae.safety.v1.Turn.Builder message = request.addTurnsBuilder().setRole(turn.role().name().toLowerCase(Locale.ROOT));
            for (Content content : turn.content()) {
                if (content instanceof Content.Words words) {
                    message.addText(words.text());
                }
            }
        }
        if (config.images()) {
            for (PictureFile file : album.files()) {
                request.addImages(UnsafeByteOperations.unsafeWrap(file.bytes()));
            }
        }
        return request.build();
    }

    private static StreamObserver<CheckResponse> completing(CompletableFuture<CheckResponse> promise) {
        return new StreamObserver<>() {
            @Override
            public void onNext(CheckResponse response) {
                promise.complete(response);
            }

            @Override
            public void onError(Throwable thrown) {
                promise.completeExceptionally(thrown);
            }

            @Override
            public void onCompleted() {
                // Its one answer has come before.
            }
        };
    }

    @PreDestroy
    void close() {
        if (channel != null) {
            channel.shutdownNow();
        }
    }
}
