package io.tesserae.contract.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.tesserae.projector.v1.ProjectRequest;
import io.tesserae.projector.v1.ProjectResponse;
import io.tesserae.projector.v1.ProjectorGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of three real servers a call goes to. */
class LeastLoadedIT {

    private Replicas replicas;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        replicas = new Replicas(3);
        channel = StageChannels.open(replicas.list());
        Replicas.await("all are connected", () -> spread(6).size() == 3);
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        replicas.close();
    }

    @Test
    void aReplicaThatIsBusyIsPassedOver() {
        replicas.get(1).holds = true;
        Replicas.await("one holds a call", () -> begin(Route.anywhere()) != null && !replicas.get(1).held.isEmpty());
        Map<Integer, Integer> others = spread(10);
        assertEquals(Set.of(0, 2), others.keySet());
        assertTrue(others.values().stream().allMatch(count -> count >= 4), others.toString());
        replicas.get(1).letGo();
        Replicas.await("it is idle again", () -> spread(6).equals(Map.of(0, 2, 1, 2, 2, 2)));
    }

    @Test
    void manyCallsAtOnceAreSpreadEvenly() {
        replicas.all.forEach(replica -> replica.holds = true);
        for (int i = 0; i < 30; i++) {
            begin(Route.anywhere());
        }
        replicas.all.forEach(replica -> Replicas.await("ten calls at " + replica.number, () -> replica.held.size() == 10));
    }

    @Test
    void kinMeetAtOneReplicaAndStrangersSpread() {
        Map<Integer, Integer> homes = new TreeMap<>();
        for (long key = 0; key < 300; key++) {
            int home = number(begin(Route.near(key * 0x9E3779B97F4A7C15L)));
            assertEquals(home, number(begin(Route.near(key * 0x9E3779B97F4A7C15L))));
            homes.merge(home, 1, Integer::sum);
        }
        homes.forEach((replica, count) -> assertTrue(count > 60 && count < 140, homes.toString()));
    }

    @Test
    void kinThatAreTooManyGoToOthersToo() {
        replicas.all.forEach(replica -> replica.holds = true);
        for (int i = 0; i < 30; i++) {
            begin(Route.near(7));
        }
        Replicas.await("all are asked", () -> replicas.all.stream().mapToInt(replica -> replica.held.size()).sum() == 30);
        replicas.all.forEach(replica -> assertTrue(replica.held.size() <= 13, "no replica has more than its share and a quarter"));
    }

    @Test
    void aReplicaThatGoesMovesOnlyItsOwnKin() {
        Map<Long, Integer> homes = new HashMap<>();
        for (long key = 0; key < 100; key++) {
            homes.put(key, number(begin(Route.near(key))));
        }
        replicas.get(2).dies();
        Replicas.await("it is left", () -> tryNumbers(100).stream().noneMatch(number -> number == 2));
        homes.forEach((key, home) -> {
            if (home != 2) {
                assertEquals(home, number(begin(Route.near(key))));
            }
        });
    }

    @Test
    void aReplicaThatDrainsIsLeftAndFinishesWhatItHas() throws Exception {
        replicas.get(0).holds = true;
        List<ListenableFuture<ProjectResponse>> calls = new ArrayList<>();
        Replicas.await("it holds a call", () -> calls.add(begin(Route.anywhere())) && !replicas.get(0).held.isEmpty());
        replicas.get(0).drains();
        replicas.get(0).holds = false;
        Replicas.await("it is left", () -> !spread(6).containsKey(0));
        int before = replicas.get(0).asked.get();
        assertEquals(Set.of(1, 2), spread(20).keySet());
        assertEquals(before, replicas.get(0).asked.get());
        replicas.get(0).letGo();
        for (ListenableFuture<ProjectResponse> call : calls) {
            call.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void attemptsGoWhereEarlierOnesWereNot() {
        Route route = Route.anywhere();
        TreeSet<Integer> tried = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            tried.add(number(begin(route.attempt())));
        }
        assertEquals(3, tried.size());
        number(begin(route.attempt()));
        Route.Attempt last = route.elsewhere();
        StatusRuntimeException nowhere = assertThrows(StatusRuntimeException.class, () -> ClientCalls.blockingUnaryCall(
                channel, ProjectorGrpc.getProjectMethod(), last.in(CallOptions.DEFAULT), ProjectRequest.getDefaultInstance()));
        assertEquals(Status.Code.UNAVAILABLE, nowhere.getStatus().getCode());
        assertTrue(!last.placed(), "no replica was asked");
    }

    private ListenableFuture<ProjectResponse> begin(Route route) {
        return begin(route.attempt());
    }

    private ListenableFuture<ProjectResponse> begin(Route.Attempt attempt) {
        return ClientCalls.futureUnaryCall(channel.newCall(ProjectorGrpc.getProjectMethod(),
                attempt.in(CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS))), ProjectRequest.getDefaultInstance());
    }

    private static int number(ListenableFuture<ProjectResponse> call) {
        try {
            return call.get(30, TimeUnit.SECONDS).getTimings().getBatchSize();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private List<Integer> tryNumbers(int keys) {
        List<Integer> numbers = new ArrayList<>();
        for (long key = 0; key < keys; key++) {
            try {
                numbers.add(begin(Route.near(key)).get(30, TimeUnit.SECONDS).getTimings().getBatchSize());
            } catch (Exception dying) {
                numbers.add(2);
            }
        }
        return numbers;
    }

    /** How often each replica answered calls that were made one after the other. */
    private Map<Integer, Integer> spread(int calls) {
        Map<Integer, Integer> count = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            count.merge(number(begin(Route.anywhere())), 1, Integer::sum);
        }
        return count;
    }
}
