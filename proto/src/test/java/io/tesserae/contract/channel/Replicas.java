package io.tesserae.contract.channel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectTimings;
import io.tesserae.projector.v1.ProjectorGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Real servers of one stage, which answer with their number, hold what they are asked, refuse it, drain and die. */
final class Replicas implements AutoCloseable {

    /** One of them. */
    static final class One extends ProjectorGrpc.ProjectorImplBase {

        final int number;
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();
        final List<Runnable> held = new CopyOnWriteArrayList<>();
        volatile boolean holds;
        volatile Reason refuses;
        private final HealthStatusManager health = new HealthStatusManager();
        private final InetSocketAddress address;
        private Server server;

        private One(int number, InetSocketAddress address) throws IOException {
            this.number = number;
            this.server = NettyServerBuilder.forAddress(address).permitKeepAliveTime(1, TimeUnit.SECONDS)
                    .addService(this).addService(health.getHealthService()).build().start();
            this.address = new InetSocketAddress(address.getAddress(), server.getPort());
        }

        @Override
        public void project(ProjectRequest request, StreamObserver<ProjectResponse> observer) {
            asked.incrementAndGet();
            ((ServerCallStreamObserver<ProjectResponse>) observer).setOnCancelHandler(cancelled::incrementAndGet);
            if (refuses != null) {
                observer.onError(Failure.overload(refuses, 1, "replica " + number + " refuses").toStatus());
                return;
            }
            Runnable answer = () -> {
                observer.onNext(ProjectResponse.newBuilder().setTimings(ProjectTimings.newBuilder().setBatchSize(number)).build());
                observer.onCompleted();
            };
            if (holds) {
                held.add(answer);
            } else {
                answer.run();
            }
        }

        void letGo() {
            holds = false;
            held.forEach(Runnable::run);
            held.clear();
        }

        void drains() {
            health.setStatus("", ServingStatus.NOT_SERVING);
        }

        void dies() {
            server.shutdownNow();
        }

        String place() {
            return address.getHostString() + ":" + address.getPort();
        }
    }

    final List<One> all = new ArrayList<>();

    Replicas(int count) throws IOException {
        for (int number = 0; number < count; number++) {
            add("127.0.0.1", 0);
        }
    }

    One add(String host, int port) throws IOException {
        One fresh = new One(all.size(), new InetSocketAddress(host, port));
        all.add(fresh);
        return fresh;
    }

    One get(int number) {
        return all.get(number);
    }

    /** Their address, as a setting has it. */
    String list() {
        return all.stream().map(One::place).collect(Collectors.joining(","));
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not in 30 s: " + what);
            try {
                Thread.sleep(10);
            } catch (InterruptedException stop) {
                throw new IllegalStateException(stop);
            }
        }
    }

    @Override
    public void close() {
        all.forEach(One::dies);
    }
}
