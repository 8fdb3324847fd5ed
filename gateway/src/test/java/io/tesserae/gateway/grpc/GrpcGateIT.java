package io.tesserae.gateway.grpc;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tesserae.chat.v1.ChatGrpc;
import io.tesserae.chat.v1.ChatRequest;
import io.tesserae.chat.v1.Content;
import io.tesserae.chat.v1.Image;
import io.tesserae.chat.v1.ListModelsRequest;
import io.tesserae.chat.v1.Message;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.caller.AuditLines;
import io.tesserae.gateway.caller.Guarded;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.gateway.doubles.Waiting;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The gRPC way in asks for the same keys, keeps the same allowances and says why in the same words. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@TestProfile(Guarded.class)
class GrpcGateIT {

    private static final Content HI = Content.newBuilder().setText("hi").build();

    StageDoubles stages;
    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        stages.behaviour.reset();
        channel = NettyChannelBuilder.forAddress("localhost", ConfigProvider.getConfig().getValue("quarkus.grpc.server.test-port", Integer.class))
                .usePlaintext().build();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private ChatGrpc.ChatBlockingStub as(String name) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), Guarded.bearer(name));
        return ChatGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static ChatRequest ask(Content content) {
        return ChatRequest.newBuilder().addMessages(Message.newBuilder().setRole("user").addContent(content)).build();
    }

    private static StatusRuntimeException refused(Runnable call) {
        return assertThrows(StatusRuntimeException.class, call::run);
    }

    @Test
    void nobodyIsAnsweredWithoutAKey() {
        ChatGrpc.ChatBlockingStub nobody = ChatGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
        StatusRuntimeException why = refused(() -> nobody.complete(ask(HI)));
        assertEquals(Status.Code.UNAUTHENTICATED, why.getStatus().getCode());
        assertEquals(Reason.UNAUTHENTICATED, Failure.from(why).reason());
        assertEquals(Reason.UNAUTHENTICATED, Failure.from(refused(() -> nobody.streamChat(ask(HI)).hasNext())).reason());
        assertEquals(Reason.UNAUTHENTICATED, Failure.from(refused(() -> nobody.listModels(ListModelsRequest.getDefaultInstance()))).reason());
        assertEquals(Reason.UNAUTHENTICATED, Failure.from(refused(() -> as("mallory").complete(ask(HI)))).reason());
        HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
    }

    @Test
    void aKeyOpens() {
        assertEquals("user:hi|", as("alice").complete(ask(HI)).getText());
        assertEquals(1, as("alice").listModels(ListModelsRequest.getDefaultInstance()).getModelsCount());
    }

    @Test
    void requestsAreCountedByTheMinute() throws Exception {
        as("few-grpc").complete(ask(HI));
        StatusRuntimeException why = refused(() -> as("few-grpc").streamChat(ask(HI)).hasNext());
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, why.getStatus().getCode());
        assertEquals(Reason.RATE_LIMITED, Failure.from(why).reason());
        RetryInfo retry = null;
        for (var detail : StatusProto.fromThrowable(why).getDetailsList()) {
            retry = detail.is(RetryInfo.class) ? detail.unpack(RetryInfo.class) : retry;
        }
        assertTrue(retry.getRetryDelay().getSeconds() >= 1);
        assertEquals("0", why.getTrailers().get(Metadata.Key.of("x-ratelimit-remaining-requests", Metadata.ASCII_STRING_MARSHALLER)));
    }

    @Test
    void aFieldIsBlamedInEveryForm() throws Exception {
        StatusRuntimeException why = refused(() -> as("alice").complete(ChatRequest.getDefaultInstance()));
        BadRequest bad = null;
        for (var detail : StatusProto.fromThrowable(why).getDetailsList()) {
            bad = detail.is(BadRequest.class) ? detail.unpack(BadRequest.class) : bad;
        }
        assertEquals("messages", bad.getFieldViolations(0).getField());
    }

    @Test
    void anUploadIsAskedAbout() {
        String id = given().header("authorization", Guarded.bearer("alice")).multiPart("purpose", "vision")
                .multiPart("file", "cat.png", Pictures.png(40, 30, 9)).post("/v1/files").then().statusCode(200).extract().path("id");
        Content picture = Content.newBuilder().setImage(Image.newBuilder().setFileId(id)).build();
        assertTrue(as("alice").complete(ask(picture)).getText().contains("[9]"));
        Failure why = Failure.from(refused(() -> as("bob").complete(ask(picture))));
        assertEquals(Reason.FILE_NOT_FOUND, why.reason());
        assertEquals("messages[0].content[0].image.file_id", why.field().orElseThrow());
        given().header("authorization", Guarded.bearer("alice")).delete("/v1/files/" + id);
    }

    @Test
    void everyCallLeavesOneLine() throws Exception {
        try (AuditLines log = new AuditLines()) {
            as("alice").complete(ask(HI));
            refused(() -> as("mallory").complete(ask(HI)));
            Waiting.until("two lines are there", () -> log.lines().stream().filter(line -> line.startsWith("tesserae.audit")).count() == 2);
            String whole = String.join("\n", log.lines());
            assertTrue(whole.contains("\"caller\":\"alice\""), whole);
            assertTrue(whole.contains("\"call\":\"gRPC tesserae.chat.v1.Chat/Complete\",\"status\":\"OK\",\"model\":\"double\""), whole);
            assertTrue(whole.contains("\"status\":\"UNAUTHENTICATED\",\"reason\":\"UNAUTHENTICATED\""), whole);
            assertTrue(!whole.contains("sk-test"), whole);
        }
    }
}
