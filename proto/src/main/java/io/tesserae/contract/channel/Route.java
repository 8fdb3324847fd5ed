package io.tesserae.contract.channel;

import io.grpc.CallOptions;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where one piece of work may go and where it has been: every attempt at it asks the balancer for a replica that the earlier ones did not
 * have. Thread-safe.
 */
public final class Route {

    private static final CallOptions.Key<Attempt> ATTEMPT = CallOptions.Key.create("tesserae-attempt");

    private final OptionalLong affinity;
    private final Set<SocketAddress> tried = ConcurrentHashMap.newKeySet();

    private Route(OptionalLong affinity) {
        this.affinity = affinity;
    }

    /** Work that every replica does equally well: it goes to the least loaded. */
    public static Route anywhere() {
        return new Route(OptionalLong.empty());
    }

    /** Work that the same replica should do each time it is asked with that key, unless too much of all is there already. */
    public static Route near(long key) {
        return new Route(OptionalLong.of(key));
    }

    /** A further attempt. It avoids replicas that were tried, but takes one of them where no other is ready. */
    public Attempt attempt() {
        return new Attempt(this, false);
    }

    /** A further attempt that fails as unavailable where every ready replica was tried. */
    public Attempt elsewhere() {
        return new Attempt(this, true);
    }

    OptionalLong affinity() {
        return affinity;
    }

    /** The attempt behind a call, or one that may go anywhere. */
    static Attempt of(CallOptions options) {
        Attempt attempt = options.getOption(ATTEMPT);
        return attempt == null ? anywhere().attempt() : attempt;
    }

    /** One attempt. */
    public static final class Attempt {

        private final Route route;
        private final boolean strict;
        private volatile SocketAddress replica;

        private Attempt(Route route, boolean strict) {
            this.route = route;
            this.strict = strict;
        }

        /** Options of a call that is this attempt. */
        public CallOptions in(CallOptions options) {
            return options.withOption(ATTEMPT, this);
        }

        /** Whether a replica was found for it. Where replicas are not told apart, as within one JVM, there is none. */
        public boolean placed() {
            return replica != null;
        }

        Optional<SocketAddress> replica() {
            return Optional.ofNullable(replica);
        }

        OptionalLong affinity() {
            return route.affinity();
        }

        /** Those of the ready replicas that it may take. */
        List<Replica> among(List<Replica> ready) {
            if (route.tried.isEmpty()) {
                return ready;
            }
            List<Replica> untried = new ArrayList<>(ready);
            untried.removeIf(known -> known.address() != replica && route.tried.contains(known.address()));
            return untried.isEmpty() && !strict ? ready : untried;
        }

        void takes(Replica chosen) {
            replica = chosen.address();
            route.tried.add(chosen.address());
        }
    }
}
