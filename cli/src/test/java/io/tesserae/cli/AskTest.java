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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AskTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicReference<String> asked = new AtomicReference<>();
    private HttpServer server;
    private int status = 200;
    private String answer = "";

    @TempDir
    private Path folder;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            asked.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
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

    private int ask(List<Path> pictures) throws Exception {
        AskOptions options = new AskOptions(pictures, "What is this?", URI.create("http://localhost:" + server.getAddress().getPort()), "low", 7,
                Optional.of("linear"));
        return new Ask(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8)).run(options);
    }

    private static String chunk(String content) {
        return "data: {\"choices\":[{\"delta\":{\"content\":\"" + content + "\"}}]}\n\n";
    }

    @Test
    void theAnswerIsPrintedPieceByPiece() throws Exception {
        answer = chunk("A c") + chunk("at é.") + "data: [DONE]\n\n";
        Path picture = Files.write(folder.resolve("cat.png"), new byte[] {1, 2, 3});

        assertEquals(0, ask(List.of(picture)));
        assertEquals("A cat é.", out.toString(StandardCharsets.UTF_8).strip());
        assertTrue(asked.get().contains("data:image/png;base64,AQID"), asked.get());
        assertTrue(asked.get().contains("\"tesserae\":{\"nerve\":\"linear\"}"), asked.get());
        assertTrue(asked.get().contains("\"detail\":\"low\"") && asked.get().contains("\"max_completion_tokens\":7"), asked.get());
    }

    @Test
    void aRefusalIsSaidAndFails() throws Exception {
        status = 400;
        answer = "{\"error\":{\"message\":\"the image is empty\"}}";
        assertEquals(1, ask(List.of()));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("the image is empty"));
    }

    @Test
    void anErrorInTheStreamFails() throws Exception {
        answer = chunk("A c") + "data: {\"error\":{\"message\":\"the llm stage cannot be reached\"}}\n\n";
        assertEquals(1, ask(List.of()));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("the llm stage cannot be reached"));
    }

    @Test
    void anAnswerThatBreaksOffFails() throws Exception {
        answer = chunk("A c");
        assertEquals(1, ask(List.of()));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("broke off"));
    }

    @ParameterizedTest
    @CsvSource({"--detail huge x,--detail", "--max-tokens many x,--max-tokens", "--url,--url", "missing.jpg what?,missing.jpg"})
    void aWrongCallNamesWhatIsWrong(String arguments, String named) {
        IllegalArgumentException wrong = assertThrows(IllegalArgumentException.class, () -> AskOptions.parse(List.of(arguments.split(" "))));
        assertTrue(wrong.getMessage().contains(named), wrong.getMessage());
    }

    @Test
    void aQuestionIsNotForgotten() throws IOException {
        Path picture = Files.write(folder.resolve("cat.png"), new byte[] {1});
        assertTrue(assertThrows(IllegalArgumentException.class, () -> AskOptions.parse(List.of(picture.toString()))).getMessage().contains("question"));
    }
}
