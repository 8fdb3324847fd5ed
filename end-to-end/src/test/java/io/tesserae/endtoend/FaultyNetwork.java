package io.tesserae.endtoend;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Toxiproxy between a gateway and its stages: a proxy before each replica, whose connections can be spoilt. */
final class FaultyNetwork implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port = ServiceProcess.freePort();
    private final Process toxiproxy;
    private final Map<String, List<String>> proxies = new LinkedHashMap<>();

    /** @param program the path of toxiproxy's server */
    FaultyNetwork(String program) {
        try {
            toxiproxy = new ProcessBuilder(program, "-host", "127.0.0.1", "-port", Integer.toString(port))
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Disturbance.await("toxiproxy answers", () -> {
            try {
                return call("GET", "/version", "") == 200;
            } catch (UncheckedIOException notYet) {
                return false;
            }
        });
    }

    /** Puts a proxy before each of those replicas; returns the proxies' addresses. */
    String before(String stage, String replicas) {
        List<String> places = Arrays.stream(replicas.split(",")).map(replica -> {
            String place = "127.0.0.1:" + ServiceProcess.freePort();
            String name = stage + "-" + proxies.computeIfAbsent(stage, first -> new ArrayList<>()).size();
            proxies.get(stage).add(name);
            ObjectNode body = ChatCalls.JSON.createObjectNode().put("name", name).put("listen", place).put("upstream", replica);
            require(call("POST", "/proxies", body.toString()) == 201, body.toString());
            return place;
        }).toList();
        return places.stream().collect(Collectors.joining(","));
    }

    /** Proxies of a stage. */
    List<String> of(String stage) {
        return proxies.get(stage);
    }

    /**
     * Spoils a proxy's connections.
     *
     * @param stream     {@code upstream} (to the replica), {@code downstream} or, for both, {@code both}
     * @param attributes of Toxiproxy's toxic of that type, as JSON
     */
    void spoil(String proxy, String type, String stream, String attributes) {
        for (String way : stream.equals("both") ? List.of("upstream", "downstream") : List.of(stream)) {
            String body = "{\"type\":\"" + type + "\",\"stream\":\"" + way + "\",\"attributes\":" + attributes + "}";
            require(call("POST", "/proxies/" + proxy + "/toxics", body) == 200, body);
        }
    }

    /** Everything is sound again. */
    void mend() {
        require(call("POST", "/reset", "") == 204, "reset");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("toxiproxy refuses " + what);
        }
    }

    private int call(String method, String path, String body) {
        try {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("user-agent", "tesserae").method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        toxiproxy.destroy();
    }
}
