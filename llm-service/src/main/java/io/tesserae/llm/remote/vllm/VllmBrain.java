package io.tesserae.llm.remote.vllm;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.remote.RemoteBrain;
import io.tesserae.llm.remote.RemoteListener;
import io.tesserae.llm.remote.RemoteRequest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** vLLM: any number of servers that hold one model. A request goes to the one that has the fewest under way, of those that are well. */
public final class VllmBrain implements RemoteBrain {

    private static final int CONNECTIONS = 4096;

    private final HttpClient client;
    private final Vertx vertx;
    private final long probes;
    private final List<VllmServer> servers;
    private final Set<VllmRun> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong begun = new AtomicLong();
    private volatile boolean closed;

    /** {@code transport}: TLS, where the addresses want it. */
    VllmBrain(Vertx vertx, HttpClientOptions transport, VllmOptions options) {
        this.vertx = vertx;
        // How many answers run at once is the scheduler's to say; connections that are free for a minute are closed.
        this.client = vertx.createHttpClient(transport.setKeepAliveTimeout(60).setMaxWaitQueueSize(0), new PoolOptions().setHttp1MaxSize(CONNECTIONS));
        this.servers = options.addresses().stream().map(address -> new VllmServer(client, address, options)).toList();
        this.probes = vertx.setPeriodic(0, Math.max(10, options.probe().toMillis()), timer -> {
            servers.forEach(VllmServer::probe);
            running.forEach(run -> run.requireSound(options.silence()));
        });
    }

    @Override
    public String name() {
        return "vllm";
    }

    @Override
    public void check() {
        if (closed || next().isEmpty()) {
            throw unreachable();
        }
    }

    private Failure unreachable() {
        return Failure.of(Reason.STAGE_UNAVAILABLE, closed ? "the vllm engine is closed" : "the vllm engine "
                + servers.stream().flatMap(server -> server.trouble().stream()).distinct().collect(Collectors.joining("; ")));
    }

    private Optional<VllmServer> next() {
        return servers.stream().filter(server -> server.trouble().isEmpty()).min(Comparator.comparingInt(VllmServer::underWay));
    }

    @Override
    public void requireSupported(RemoteRequest request) {
        servers.get(0).requireSupported(request);
    }

    @Override
    public Run begin(RemoteRequest request, RemoteListener listener) {
        Optional<VllmServer> server = closed ? Optional.empty() : next();
        if (server.isEmpty()) {
            listener.failed(unreachable());
            return () -> { };
        }
        VllmRun run = new VllmRun(server.get(), request, listener);
        running.add(run);
        run.whenOver(() -> {
            server.get().left();
            running.remove(run);
        });
        server.get().arrived();
        run.begin(request.id() + "-" + begun.incrementAndGet());
        return run;
    }

    @Override
    public void close() {
        closed = true;
        vertx.cancelTimer(probes);
        Failure closing = Failure.of(Reason.STAGE_UNAVAILABLE, "is closed");
        running.forEach(run -> {
            run.fail(closing);
            run.cancel();
        });
        client.close();
    }
}
