package io.tesserae.contract.channel;

import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.Status;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a connection to every replica and gives each call one that is ready ({@link ReplicaPicker}). Ready is a replica that is connected and
 * says so on {@code grpc.health.v1}, which is watched: one that drains is left at once, while its answers finish. Runs in the channel's own order.
 */
final class LeastLoaded extends LoadBalancer {

    static final String POLICY = "tesserae_least_loaded";

    private final Helper helper;
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<SocketAddress, Known> known = new LinkedHashMap<>();
    private boolean failing;

    /** A replica and the state of its connection. */
    private static final class Known {

        private final Replica replica;
        private ConnectivityStateInfo state = ConnectivityStateInfo.forNonError(ConnectivityState.IDLE);

        Known(Replica replica) {
            this.replica = replica;
        }
    }

    private LeastLoaded(Helper helper) {
        this.helper = helper;
    }

    @Override
    public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
        Set<SocketAddress> named = new HashSet<>();
        for (EquivalentAddressGroup group : resolved.getAddresses()) {
            for (SocketAddress address : group.getAddresses()) {
                if (named.add(address) && !known.containsKey(address)) {
                    connect(address);
                }
            }
        }
        for (SocketAddress address : Set.copyOf(known.keySet())) {
            if (!named.contains(address)) {
                // Calls that are open there go on: a connection that is shut down finishes what it has.
                known.remove(address).replica.connection().shutdown();
            }
        }
        if (known.isEmpty()) {
            Status nobody = Status.UNAVAILABLE.withDescription("the name has no addresses");
            handleNameResolutionError(nobody);
            return nobody;
        }
        update();
        return Status.OK;
    }

    private void connect(SocketAddress address) {
        Subchannel connection = helper.createSubchannel(CreateSubchannelArgs.newBuilder()
                .setAddresses(new EquivalentAddressGroup(address))
                .build());
        Known fresh = new Known(new Replica(address, connection));
        known.put(address, fresh);
        connection.start(state -> changed(address, fresh, state));
        connection.requestConnection();
    }

    private void changed(SocketAddress address, Known replica, ConnectivityStateInfo state) {
        if (known.get(address) != replica) {
            return;
        }
        if (state.getState() == ConnectivityState.IDLE) {
            replica.replica.connection().requestConnection();
        }
        if (state.getState() == ConnectivityState.IDLE || state.getState() == ConnectivityState.TRANSIENT_FAILURE) {
            helper.refreshNameResolution();
        }
        replica.state = state;
        update();
    }

    @Override
    public void handleNameResolutionError(Status error) {
        if (known.isEmpty()) {
            helper.updateBalancingState(ConnectivityState.TRANSIENT_FAILURE, new FixedResultPicker(PickResult.withError(error)));
        }
    }

    private void update() {
        List<Replica> ready = new ArrayList<>();
        Status reason = Status.UNAVAILABLE;
        boolean trying = false;
        for (Known replica : known.values()) {
            switch (replica.state.getState()) {
                case READY -> ready.add(replica.replica);
                case TRANSIENT_FAILURE -> reason = replica.state.getStatus();
                default -> trying = true;
            }
        }
        if (!ready.isEmpty()) {
            failing = false;
            helper.updateBalancingState(ConnectivityState.READY, new ReplicaPicker(ready, turn));
        } else if (trying && !failing) {
            helper.updateBalancingState(ConnectivityState.CONNECTING, new FixedResultPicker(PickResult.withNoResult()));
        } else {
            // Once all were found away, calls fail at once until one is back, rather than wait out their deadlines.
            failing = true;
            helper.updateBalancingState(ConnectivityState.TRANSIENT_FAILURE, new FixedResultPicker(PickResult.withError(reason)));
        }
    }

    @Override
    public void shutdown() {
        known.values().forEach(replica -> replica.replica.connection().shutdown());
        known.clear();
    }

    /** Registered with grpc-java by {@link StageChannels}. */
    static final class Provider extends LoadBalancerProvider {

        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        public int getPriority() {
            return 5;
        }

        @Override
        public String getPolicyName() {
            return POLICY;
        }

        @Override
        public LoadBalancer newLoadBalancer(Helper helper) {
            return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(new Factory() {
                @Override
                public LoadBalancer newLoadBalancer(Helper watching) {
                    return new LeastLoaded(watching);
                }
            }, helper);
        }
    }
}
