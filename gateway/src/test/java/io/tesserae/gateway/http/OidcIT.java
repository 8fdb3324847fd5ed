package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tesserae.chat.v1.ChatGrpc;
import io.tesserae.chat.v1.ChatRequest;
import io.tesserae.chat.v1.Content;
import io.tesserae.chat.v1.Message;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.doubles.StageDoubles;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers with tokens of an identity provider, on both ways in. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@QuarkusTestResource(value = IdentityProvider.class, restrictToAnnotatedClass = true)
class OidcIT {

    StageDoubles stages;
    IdentityProvider provider;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    private static ValidatableResponse ask(String token) {
        return given().contentType(ContentType.JSON).header("authorization", "Bearer " + token)
                .body("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}").post("/v1/chat/completions").then();
    }

    @Test
    void aTokenOpensAndEachSubjectHasItsOwnAllowance() {
        ask(provider.token("ann", "tesserae", "looker", 600)).statusCode(200).header("x-ratelimit-remaining-requests", equalTo("1"));
        ask(provider.token("ann", "tesserae", "looker", 601)).statusCode(200).header("x-ratelimit-remaining-requests", equalTo("0"));
        ask(provider.token("ann", "tesserae", "looker", 602)).statusCode(429).body("error.code", equalTo("rate_limit_exceeded"));
        ask(provider.token("ben", "tesserae", "looker", 600)).statusCode(200);
    }

    @Test
    void whatIsNotGoodDoesNot() {
        ask(provider.forged("eve")).statusCode(401).body("error.code", equalTo("invalid_api_key"));
        ask(provider.unsigned("eve")).statusCode(401);
        ask(provider.foreign("eve")).statusCode(401);
        ask(provider.token("eve", "somebody-else", "looker", 600)).statusCode(401);
        ask(provider.token("eve", "tesserae", "looker", -600)).statusCode(401);
        ask("not.a.token").statusCode(401);
        ask("sk-nothing").statusCode(401);
        assertEquals(0, stages.behaviour.generatesBegun.get());
    }

    @Test
    void aRoleIsAskedFor() {
        ask(provider.token("eve", "tesserae", "baker", 600)).statusCode(403).body("error.type", equalTo("permission_error"));
    }

    @Test
    void grpcAsksTheSame() {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", ConfigProvider.getConfig().getValue("quarkus.grpc.server.test-port", Integer.class))
                .usePlaintext().build();
        try {
            ChatRequest hi = ChatRequest.newBuilder().addMessages(Message.newBuilder().setRole("user").addContent(Content.newBuilder().setText("hi"))).build();
            assertEquals("user:hi|", with(channel, provider.token("gus", "tesserae", "looker", 600)).complete(hi).getText());
            StatusRuntimeException why = assertThrows(StatusRuntimeException.class, () -> with(channel, provider.forged("gus")).complete(hi));
            assertEquals(Reason.UNAUTHENTICATED, Failure.from(why).reason());
        } finally {
            channel.shutdownNow();
        }
    }

    private static ChatGrpc.ChatBlockingStub with(ManagedChannel channel, String token) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return ChatGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
}
