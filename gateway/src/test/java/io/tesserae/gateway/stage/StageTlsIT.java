package io.tesserae.gateway.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.handler.ssl.ClientAuth;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.channel.StageTls;
import io.tesserae.gateway.doubles.Certificates;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Channels by TLS, to a stage that asks who calls: it answers whoever shows the right certificate, and nobody else. */
class StageTlsIT {

    private static final Certificates CERTIFICATES = new Certificates().make("stage", true, "DNS:localhost").make("stranger", true, "DNS:localhost");
    private static Server stage;

    @BeforeAll
    static void start() throws Exception {
        stage = NettyServerBuilder.forPort(0)
                .sslContext(GrpcSslContexts.forServer(file("stage.crt").toFile(), file("stage.key").toFile())
                        .trustManager(file("stage-server-ca.crt").toFile()).clientAuth(ClientAuth.REQUIRE).build())
                .addService(new HealthStatusManager().getHealthService()).build().start();
    }

    @AfterAll
    static void stop() {
        stage.shutdownNow();
    }

    private static Path file(String name) {
        return CERTIFICATES.file(name);
    }

    private static void ask(StageTls tls) {
        ManagedChannel channel = StageChannels.open("localhost:" + stage.getPort(), tls);
        try {
            HealthGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS).check(HealthCheckRequest.getDefaultInstance());
        } finally {
            channel.shutdownNow();
        }
    }

    private static void refused(StageTls tls) {
        assertEquals(Status.Code.UNAVAILABLE, assertThrows(StatusRuntimeException.class, () -> ask(tls)).getStatus().getCode());
    }

    private static StageTls tls(String trust, String own) {
        return new StageTls(Optional.of(file(trust + "-client-ca.crt")), Optional.ofNullable(own).map(name -> file(name + "-client.crt")),
                Optional.ofNullable(own).map(name -> file(name + "-client.key")));
    }

    @Test
    void whoShowsTheRightCertificateIsAnswered() {
        ask(tls("stage", "stage"));
    }

    @Test
    void nobodyElseIs() {
        refused(StageTls.NONE);
        refused(tls("stage", null));
        refused(tls("stage", "stranger"));
    }

    @Test
    void aStageThatNobodyVouchesForIsNotTalkedTo() {
        refused(tls("stranger", "stage"));
    }

    @Test
    void settingsThatMakeNoSenseStopTheStart() {
        Optional<Path> some = Optional.of(file("stage.crt"));
        assertThrows(IllegalArgumentException.class, () -> new StageTls(some, some, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> new StageTls(Optional.empty(), some, some));
        StageTls missing = new StageTls(Optional.of(Path.of("/nowhere/ca.crt")), Optional.empty(), Optional.empty());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> StageChannels.open("localhost:1", missing)).getMessage().contains("tls.trust"));
    }
}
