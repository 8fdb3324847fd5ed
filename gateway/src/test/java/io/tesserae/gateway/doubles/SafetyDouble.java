package io.tesserae.gateway.doubles;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tesserae.safety.v1.CheckRequest;
import io.tesserae.safety.v1.CheckResponse;
import io.tesserae.safety.v1.ContentSafetyGrpc;
import io.tesserae.safety.v1.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;

/** A content-safety service that minds the word {@code forbidden}, breaks at {@code broken}, is silent at {@code silent} and undecided at {@code undecided}. */
public final class SafetyDouble extends ContentSafetyGrpc.ContentSafetyImplBase implements QuarkusTestResourceLifecycleManager {

    public volatile CheckRequest last;
    private Server server;

    @Override
    public Map<String, String> start() {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0)).addService(this).build().start();
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        return Map.of("tesserae.gateway.safety.address", "localhost:" + server.getPort(), "tesserae.gateway.safety.timeout", "1s",
                "tesserae.gateway.management.port", "0", "tesserae.gateway.limits.body-time", "1s", "tesserae.gateway.limits.read-time", "1s",
                "tesserae.gateway.log-prompts", "true");
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> observer) {
        last = request;
        String words = request.getTurnsList().toString();
        if (words.contains("silent")) {
            return;
        }
        if (words.contains("broken")) {
            observer.onError(Status.INTERNAL.asRuntimeException());
            return;
        }
        Verdict verdict = words.contains("forbidden") ? Verdict.VERDICT_REFUSE : words.contains("undecided") ? Verdict.VERDICT_UNSPECIFIED : Verdict.VERDICT_ALLOW;
        observer.onNext(CheckResponse.newBuilder().setVerdict(verdict).setExplanation(words.contains("because") ? "because of a word" : "").build());
        observer.onCompleted();
    }

    @Override
    public void stop() {
        server.shutdownNow();
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(SafetyDouble.class));
    }
}
