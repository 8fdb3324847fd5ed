package io.tesserae.contract.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectTimings;
import io.tesserae.projector.v1.ProjectedTile;
import io.tesserae.projector.v1.ProjectorGrpc;
import io.tesserae.projector.v1.TileFeatures;
import io.tesserae.tensor.v1.NamedTensor;
import io.tesserae.tensor.v1.Tensor;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of address against real servers that say which replica they are. */
class StageChannelsIT {

    private final List<Server> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(Server::shutdownNow);
    }

    @Test
    void callsTakeTurnsOverAListOfReplicas() throws IOException {
        ManagedChannel channel = open("localhost:" + replica(0, 1).getPort() + ",127.0.0.1:" + replica(0, 2).getPort());
        awaitReplicas(channel, 2);
        assertEquals(Map.of(1, 10, 2, 10), answers(channel, 20));
    }

    @Test
    void aReplicaThatDiesIsLeftAndTakenBack() throws Exception {
        Server first = replica(0, 1);
        Server second = replica(0, 2);
        ManagedChannel channel = open("localhost:" + first.getPort() + ",localhost:" + second.getPort());
        awaitReplicas(channel, 2);
        int port = second.getPort();
        second.shutdownNow().awaitTermination();
        await("one replica is left", () -> answers(channel, 4).equals(Map.of(1, 4)));
        replica(port, 3);
        awaitReplicas(channel, 2);
    }

    /** However long a stage was away, the first seconds of its return find it: grpc's own pauses would grow to two minutes. */
    @Test
    void aStageThatComesBackIsFoundAtOnce() throws Exception {
        Server stage = replica(0, 1);
        int port = stage.getPort();
        ManagedChannel channel = open("localhost:" + port);
        assertEquals(Map.of(1, 1), answers(channel, 1));
        stage.shutdownNow().awaitTermination();
        long away = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(10_500);
        while (System.nanoTime() < away) {
            assertThrows(StatusRuntimeException.class, () -> answers(channel, 1));
            Thread.sleep(100);
        }
        replica(port, 2);
        long back = System.nanoTime();
        await("the stage is found", () -> answers(channel, 1).equals(Map.of(2, 1)));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back);
        assertTrue(millis < 2000, "found after " + millis + " ms");
    }

    @Test
    void namesAreResolved() throws IOException {
        assertEquals(Map.of(1, 3), answers(open("dns:///localhost:" + replica(0, 1).getPort()), 3));
    }

    @Test
    void inProcessMessagesPassByReference() throws IOException {
        start(InProcessServerBuilder.forName("channels-test"), 4);
        assertEquals(Map.of(4, 2), answers(open("in-process:channels-test"), 2));
    }

    /** A 16-tile picture's features are larger than grpc's default bound of 4 MiB. */
    @Test
    void largeMessagesPass() throws IOException {
        ManagedChannel channel = open("localhost:" + replica(0, 1).getPort());
        ProjectRequest request = ProjectRequest.newBuilder().addTiles(TileFeatures.newBuilder().addFeatures(NamedTensor.newBuilder()
                .setTensor(Tensor.newBuilder().setData(ByteString.copyFrom(new byte[40 << 20]))))).build();
        ProjectResponse response = ProjectorGrpc.newBlockingStub(channel).project(request);
        assertEquals(40 << 20, response.getTiles(0).getEmbeddings().getData().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "localhost:", ":9001", "localhost:9001,", "localhost:port", "localhost:9001;localhost:9002", "localhost:99999", "http://localhost:9001", "[::1:9001"})
    void addressesThatAreNoneSaySo(String address) {
        String said = assertThrows(IllegalArgumentException.class, () -> StageChannels.open(address)).getMessage();
        assertTrue(said.contains("'" + address + "' is none of in-process:NAME, dns:///HOST:PORT or HOST:PORT[,HOST:PORT…]"), said);
    }

    @Test
    void addressesOfVersion6AreAddresses() {
        assertEquals("replicas:///[::1]:9001,localhost:9002", URI.create(ReplicaResolver.listTarget("[::1]:9001,localhost:9002")).toString()
                .replace("%5B", "[").replace("%5D", "]"));
    }

    @Test
    void aHostThatDoesNotExistIsUnavailable() {
        ManagedChannel channel = open("no-such-stage.invalid:9001");
        StatusRuntimeException thrown = assertThrows(StatusRuntimeException.class, () -> answers(channel, 1));
        assertEquals(Status.Code.UNAVAILABLE, thrown.getStatus().getCode());
    }

    private ManagedChannel open(String address) {
        ManagedChannel channel = StageChannels.open(address);
        channels.add(channel);
        return channel;
    }

    private Server replica(int port, int number) throws IOException {
        return start(NettyServerBuilder.forPort(port).maxInboundMessageSize(StageChannels.MAX_MESSAGE_BYTES), number);
    }

    /** Answers with its number and the first tile's bytes. */
    private Server start(ServerBuilder<?> builder, int number) throws IOException {
        Server server = builder.addService(new ProjectorGrpc.ProjectorImplBase() {
            @Override
            public void project(ProjectRequest request, StreamObserver<ProjectResponse> observer) {
                ProjectResponse.Builder response = ProjectResponse.newBuilder().setTimings(ProjectTimings.newBuilder().setBatchSize(number));
                request.getTilesList().forEach(tile ->
                        response.addTiles(ProjectedTile.newBuilder().setEmbeddings(tile.getFeatures(0).getTensor())));
                observer.onNext(response.build());
                observer.onCompleted();
            }
        }).build().start();
        servers.add(server);
        return server;
    }

    /** How often each replica answered. */
    private static Map<Integer, Integer> answers(ManagedChannel channel, int calls) {
        Map<Integer, Integer> count = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            ProjectResponse response = ProjectorGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
                    .project(ProjectRequest.getDefaultInstance());
            count.merge(response.getTimings().getBatchSize(), 1, Integer::sum);
        }
        return count;
    }

    private static void awaitReplicas(ManagedChannel channel, int replicas) {
        await(replicas + " replicas answer", () -> answers(channel, 2 * replicas).size() == replicas);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(String what, Condition condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (StatusRuntimeException notYet) {
                // The replica is still away.
            }
            assertTrue(System.nanoTime() < end, "not in 15 s: " + what);
            sleep();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }
}
