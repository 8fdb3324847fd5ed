package io.tesserae.contract.channel;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chooses a replica for each call. Work without affinity goes to the replica with the fewest open calls, in turn where several have as few.
 * Work with affinity goes to the replica that rendezvous hashing names (Thaler and Ravishankar 1998), so that a replica's coming or going
 * moves no other replica's work, and to the next one in that order while the first has more than its share (bounded loads: Mirrokni,
 * Thorup and Zadimoghaddam 2018).
 */
final class ReplicaPicker extends SubchannelPicker {

    /** By how much a replica may have more than the mean, before its work goes to the next. */
    private static final double SHARE = 1.25;
    /** Calls that a replica may always have: two answers to one picture should not part while nothing else is asked. */
    private static final int ALWAYS = 2;

    private static final PickResult NO_OTHER =
            PickResult.withError(Status.UNAVAILABLE.withDescription("no other replica is ready"));

    private final List<Replica> ready;
    private final AtomicInteger turn;

    /** @param turn shared by all pickers of one channel, so that a new one does not begin with the first replica again */
    ReplicaPicker(List<Replica> ready, AtomicInteger turn) {
        this.ready = List.copyOf(ready);
        this.turn = turn;
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs args) {
        Route.Attempt attempt = Route.of(args.getCallOptions());
        List<Replica> allowed = attempt.among(ready);
        if (allowed.isEmpty()) {
            return NO_OTHER;
        }
        allowed = unshunned(allowed);
        Replica chosen = attempt.affinity().isPresent()
                ? near(allowed, attempt.affinity().getAsLong())
                : leastLoaded(allowed);
        attempt.takes(chosen);
        return PickResult.withSubchannel(chosen.connection(), chosen);
    }

    private static List<Replica> unshunned(List<Replica> allowed) {
        long now = System.nanoTime();
        List<Replica> sound = allowed.stream().filter(replica -> !replica.shunned(now)).toList();
        return sound.isEmpty() ? allowed : sound;
    }

    private Replica leastLoaded(List<Replica> allowed) {
        int fewest = Integer.MAX_VALUE;
        List<Replica> least = new ArrayList<>();
        for (Replica replica : allowed) {
            int load = replica.load();
            if (load < fewest) {
                fewest = load;
                least.clear();
            }
            if (load == fewest) {
                least.add(replica);
            }
        }
        return least.get(Math.floorMod(turn.getAndIncrement(), least.size()));
    }

    private Replica near(List<Replica> allowed, long key) {
        int calls = 1 + ready.stream().mapToInt(Replica::load).sum();
        double most = Math.max(ALWAYS, Math.ceil(SHARE * calls / ready.size()));
        Replica best = null;
        for (Replica replica : allowed) {
            if (replica.load() < most && (best == null || weight(replica, key) > weight(best, key))) {
                best = replica;
            }
        }
        return best == null ? leastLoaded(allowed) : best;
    }

    /** SplitMix64's finaliser over key and address: the same in every gateway. */
    private static long weight(Replica replica, long key) {
        long value = key ^ (replica.address().toString().hashCode() * 0x9E3779B97F4A7C15L);
        value = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        value = (value ^ (value >>> 27)) * 0x94D049BB133111EBL;
        return value ^ (value >>> 31);
    }

    @Override
    public String toString() {
        return "ReplicaPicker" + ready;
    }
}
