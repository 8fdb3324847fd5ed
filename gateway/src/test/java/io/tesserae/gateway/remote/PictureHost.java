package io.tesserae.gateway.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tesserae.gateway.doubles.Certificates;
import io.tesserae.gateway.doubles.Pictures;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An honest host of pictures at 127.0.0.7, by https and http, which the gateway is allowed to reach, and a victim at every other address of this
 * machine, which it is not. Both are on ports that are allowed.
 */
public final class PictureHost implements QuarkusTestResourceLifecycleManager {

    static final String NAME = "pictures.example.org";
    static final String ADDRESS = "127.0.0.7";

    final byte[] picture = Pictures.png(40, 30, 9);
    final Map<String, AtomicInteger> hits = new ConcurrentHashMap<>();
    final AtomicInteger victimHits = new AtomicInteger();
    volatile String lastHost;
    volatile String lastNoneMatch;
    private final Certificates certificates = new Certificates();
    private HttpsServer https;
    private HttpServer http;
    private HttpServer victim;

    @Override
    public Map<String, String> start() {
        certificates.make("pictures", false, "DNS:" + NAME, "DNS:other.example.org");
        try {
            https = HttpsServer.create(new InetSocketAddress(ADDRESS, 0), 50);
            https.setHttpsConfigurator(new HttpsConfigurator(certificates.server("pictures")));
            http = HttpServer.create(new InetSocketAddress(ADDRESS, 0), 50);
            victim = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 50);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        for (HttpServer server : new HttpServer[] {https, http}) {
            server.setExecutor(Executors.newCachedThreadPool(work -> daemon(work)));
            server.createContext("/", this::honest);
            server.start();
        }
        victim.createContext("/", exchange -> {
            victimHits.incrementAndGet();
            answer(exchange, 200, "image/png", picture);
        });
        victim.start();
        return Map.of(
                "tesserae.gateway.remote-images.enabled", "true",
                "tesserae.gateway.remote-images.http", "true",
                "tesserae.gateway.remote-images.ports", "443,80," + httpsPort() + "," + httpPort() + "," + victimPort(),
                "tesserae.gateway.remote-images.networks", ADDRESS + "/32",
                "tesserae.gateway.remote-images.timeout", "2s",
                "tesserae.gateway.remote-images.fresh", "1h",
                "tesserae.gateway.remote-images.tls", "pictures",
                "tesserae.gateway.limits.image-bytes", "100000",
                "quarkus.tls.pictures.trust-store.pem.certs", certificates.file("pictures-ca.crt").toString());
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "picture-host");
        thread.setDaemon(true);
        return thread;
    }

    int httpsPort() {
        return https.getAddress().getPort();
    }

    int httpPort() {
        return http.getAddress().getPort();
    }

    int victimPort() {
        return victim.getAddress().getPort();
    }

    String https(String path) {
        return "https://" + NAME + ":" + httpsPort() + path;
    }

    int hits(String path) {
        return hits.getOrDefault(path, new AtomicInteger()).get();
    }

    private void honest(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        hits.computeIfAbsent(path, first -> new AtomicInteger()).incrementAndGet();
        lastHost = exchange.getRequestHeaders().getFirst("host");
        lastNoneMatch = exchange.getRequestHeaders().getFirst("if-none-match");
        if (path.startsWith("/to")) {
            String query = exchange.getRequestURI().getRawQuery();
            exchange.getResponseHeaders().add("location", URLDecoder.decode(query, StandardCharsets.UTF_8));
            answer(exchange, path.startsWith("/to/") ? Integer.parseInt(path.substring(4)) : 302, "text/plain", new byte[0]);
            return;
        }
        switch (path) {
            case "/text.png" -> answer(exchange, 200, "image/png", "<html>what the caller must not see</html>".getBytes(StandardCharsets.UTF_8));
            case "/mislabelled" -> answer(exchange, 200, "text/html", picture);
            case "/empty" -> answer(exchange, 200, "image/png", new byte[0]);
            case "/missing" -> answer(exchange, 404, "image/png", picture);
            case "/broken" -> answer(exchange, 500, "image/png", picture);
            case "/partial" -> answer(exchange, 206, "image/png", picture);
            case "/no-answer" -> answer(exchange, 304, "image/png", new byte[0]);
            case "/zipped" -> {
                exchange.getResponseHeaders().add("content-encoding", "gzip");
                answer(exchange, 200, "image/png", picture);
            }
            case "/huge" -> answer(exchange, 200, "image/png", java.util.Arrays.copyOf(picture, 100_001));
            case "/endless" -> endless(exchange, 0);
            case "/drip" -> endless(exchange, 100);
            case "/loop" -> {
                exchange.getResponseHeaders().add("location", "/loop");
                answer(exchange, 307, "text/plain", new byte[0]);
            }
            case "/tagged" -> {
                exchange.getResponseHeaders().add("etag", "\"one\"");
                answer(exchange, "\"one\"".equals(lastNoneMatch) ? 304 : 200, "image/png", picture);
            }
            default -> answer(exchange, 200, "image/png", picture);
        }
    }

    private void endless(HttpExchange exchange, int pause) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(picture, 0, 30);
            for (int i = 0; i < 100_000; i++) {
                out.write(new byte[pause == 0 ? 1_000 : 1]);
                out.flush();
                Thread.sleep(pause);
            }
        } catch (IOException | InterruptedException cutOff) {
            exchange.close();
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("content-type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        } catch (IOException cutOff) {
            exchange.close();
        }
    }

    @Override
    public void stop() {
        for (HttpServer server : new HttpServer[] {https, http, victim}) {
            if (server != null) {
                server.stop(0);
            }
        }
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(PictureHost.class));
    }
}
