package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FamiliesTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer server;
    private int status = 200;
    private String answer = "";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/models", exchange -> {
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private int families() throws Exception {
        return new Families(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of("--url", "http://localhost:" + server.getAddress().getPort()));
    }

    @Test
    void whatIsLoadedIsPrinted() throws Exception {
        answer = """
                {"data": [{"id": "small", "family": "idefics3", "revision": "abc", "context": 8192, "tokens_per_tile": 64,
                  "eye": {"kind": "idefics3_vision", "layers": 12, "tile_width": 512, "tile_height": 512, "precision": "int8", "engine": "onnx"},
                  "projector": {"kind": "pixel-shuffle", "precision": "fp16", "engine": "onnx"}, "brain": {"kind": "llama", "precision": "int4", "engine": "onnx"},
                  "image_tokens": [{"width": 512, "height": 384, "low": 64, "high": 832, "auto": 833}]}]}""";
        assertEquals(0, families());
        String said = out.toString(StandardCharsets.UTF_8);
        for (String part : List.of("small", "idefics3_vision, 12 layers, int8", "512×512", "pixel-shuffle, fp16", "llama, int4", "8192 tokens", "64 tokens",
                "512×384: 64 tokens with detail low, 832 high, 833 auto", "abc")) {
            assertTrue(said.contains(part), () -> part + " in " + said);
        }
    }

    @Test
    void stagesThatCannotBeReachedAreSaidToBe() throws Exception {
        answer = "{\"data\": [{\"id\": \"small\", \"brain\": {\"kind\": \"llama\"}}]}";
        assertEquals(0, families());
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("eye        not reached"));
    }

    @Test
    void anErrorIsSaidAndFails() throws Exception {
        status = 503;
        answer = "{\"error\": {\"message\": \"the llm stage cannot be reached\"}}";
        assertEquals(1, families());
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("the llm stage cannot be reached"));
    }

    @Test
    void aWrongCallSaysWhatIsTaken() {
        assertThrows(IllegalArgumentException.class, () -> new Families(System.out, System.err).run(List.of("--verbose")));
    }
}
