package io.tesserae.contract.container;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.tesserae.contract.model.ModelFolderException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bucket, as far as it is read: files by path over HTTP. */
class BringModelIT {

    private static final byte[] GRAPH = "weights".getBytes(StandardCharsets.UTF_8);

    private final Map<String, byte[]> bucket = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @TempDir
    Path target;

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            byte[] file = bucket.get(path);
            exchange.sendResponseHeaders(file == null ? 404 : 200, file == null ? -1 : file.length);
            if (file != null) {
                exchange.getResponseBody().write(file);
            }
            exchange.close();
        });
        server.start();
        bucket.put("/models/one/llm/decoder.onnx", GRAPH);
        manifest("llm/decoder.onnx", GRAPH);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void manifest(String path, byte[] content) throws Exception {
        String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        bucket.put("/models/one/tesserae.json", ("{\"format\":1,\"name\":\"one\",\"family\":\"f\",\"revision\":\"r\",\"files\":[{\"path\":\"" + path
                + "\",\"bytes\":" + content.length + ",\"sha256\":\"" + hash + "\"}]}").getBytes(StandardCharsets.UTF_8));
    }

    private String address() {
        return "http://localhost:" + server.getAddress().getPort() + "/models/one";
    }

    @Test
    void bringsEveryFileThatTheManifestNames() throws Exception {
        BringModel.bring(address(), target);
        assertArrayEquals(GRAPH, Files.readAllBytes(target.resolve("llm/decoder.onnx")));
        assertTrue(Files.isRegularFile(target.resolve("tesserae.json")));
    }

    @Test
    void fetchesNothingTwice() throws Exception {
        BringModel.bring(address(), target);
        asked.clear();
        BringModel.bring(address(), target);
        assertEquals(List.of("/models/one/tesserae.json"), asked);
    }

    @Test
    void refusesAFileThatIsNotTheManifests() {
        bucket.put("/models/one/llm/decoder.onnx", "other".getBytes(StandardCharsets.UTF_8));
        assertThrows(ModelFolderException.class, () -> BringModel.bring(address(), target));
        assertFalse(Files.exists(target.resolve("llm/decoder.onnx")), "what is wrong does not stay");
        assertFalse(Files.exists(target.resolve("tesserae.json")), "no service starts from half a folder");
    }

    @Test
    void refusesAPathThatLeadsOut() throws Exception {
        bucket.put("/models/escape", GRAPH);
        manifest("../escape", GRAPH);
        assertThrows(ModelFolderException.class, () -> BringModel.bring(address(), target.resolve("model")));
        assertFalse(Files.exists(target.resolve("escape")));
    }

    @Test
    void saysWhatAnAddressAnswered() {
        IOException absent = assertThrows(IOException.class, () -> BringModel.bring(address() + "/elsewhere", target));
        assertTrue(absent.getMessage().endsWith("/elsewhere/tesserae.json answers 404"), absent.getMessage());
    }

    @Test
    void copiesAFolder(@TempDir Path packed) throws Exception {
        Files.createDirectories(packed.resolve("llm"));
        Files.write(packed.resolve("llm/decoder.onnx"), GRAPH);
        BringModel.bring(packed.toString(), target);
        assertArrayEquals(GRAPH, Files.readAllBytes(target.resolve("llm/decoder.onnx")));
    }
}
