package io.tesserae.contract.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The probe as a container runs it: a process of its own, without a class path but its own classes. */
class ReadyProbeIT {

    private volatile int status = 200;
    private HttpServer service;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        service.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    @Test
    void endsWithNoughtOnlyWhereTheServiceIsReady() throws Exception {
        assertEquals(0, probe());
        status = 503;
        assertEquals(1, probe());
        service.stop(0);
        assertEquals(1, probe());
    }

    private int probe() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String address = "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + service.getAddress().getPort() + "/q/health/ready";
        return new ProcessBuilder(java, "-cp", Path.of("target", "classes").toString(), ReadyProbe.class.getName(), address)
                .inheritIO().start().waitFor();
    }
}
