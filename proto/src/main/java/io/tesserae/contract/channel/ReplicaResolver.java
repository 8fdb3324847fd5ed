package io.tesserae.contract.channel;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolves where a stage's replicas are: a fixed list {@code host:port,host:port} of one replica each, or a name all of whose addresses are
 * replicas. Names are looked up again at each refresh, away from the channel's own order; what was known holds while a look-up fails.
 */
public final class ReplicaResolver extends NameResolver {

    /** Targets {@code replicas:///host:port,host:port}. */
    static final String LIST = "replicas";
    /** Targets {@code every-address:///host:port}. */
    static final String NAME = "every-address";

    private static final Pattern REPLICA = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:;,/?#\\[\\]]+):([0-9]{1,5})");

    private final List<String> places;
    private final boolean everyAddress;
    private final NameLookup names;
    private final SynchronizationContext order;
    private final Executor away;
    private Listener2 listener;
    private boolean looking;
    private boolean found;

    private ReplicaResolver(List<String> places, boolean everyAddress, NameLookup names, Args args) {
        this.places = places;
        this.everyAddress = everyAddress;
        this.names = names;
        this.order = args.getSynchronizationContext();
        this.away = args.getOffloadExecutor();
    }

    /** The target of a list, or {@link IllegalArgumentException} that says what an address looks like. */
    static String listTarget(String list) {
        for (String place : list.split(",", -1)) {
            check(place, list);
        }
        return target(LIST, list, list);
    }

    /** The target of a name whose every address is a replica; fails as {@link #listTarget} does. {@code address}: as it was given. */
    static String nameTarget(String name, String address) {
        check(name, address);
        return target(NAME, name, address);
    }

    private static void check(String place, String address) {
        Matcher matcher = REPLICA.matcher(place);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 0xffff) {
            throw StageChannels.noAddress(address);
        }
    }

    private static String target(String scheme, String path, String address) {
        try {
            return new URI(scheme, "", "/" + path, null).toString();
        } catch (URISyntaxException malformed) {
            throw StageChannels.noAddress(address);
        }
    }

    @Override
    public String getServiceAuthority() {
        return places.get(0);
    }

    @Override
    public void start(Listener2 newListener) {
        listener = newListener;
        refresh();
    }

    @Override
    public void refresh() {
        if (listener == null || looking) {
            return;
        }
        looking = true;
        away.execute(() -> {
            StatusOr<List<EquivalentAddressGroup>> replicas = lookUp();
            order.execute(() -> tell(replicas));
        });
    }

    private StatusOr<List<EquivalentAddressGroup>> lookUp() {
        List<EquivalentAddressGroup> replicas = new ArrayList<>();
        for (String place : places) {
            int colon = place.lastIndexOf(':');
            String host = place.substring(0, colon);
            int port = Integer.parseInt(place.substring(colon + 1));
            try {
                List<InetAddress> addresses = names.addresses(host);
                for (InetAddress address : everyAddress ? addresses : addresses.subList(0, 1)) {
                    replicas.add(new EquivalentAddressGroup(new InetSocketAddress(address, port)));
                }
            } catch (UnknownHostException unknown) {
                if (everyAddress) {
                    return StatusOr.fromStatus(Status.UNAVAILABLE.withDescription("the name " + host + " has no addresses"));
                }
                // The others of the list are there all the same; this one fails to connect until its name is known.
                replicas.add(new EquivalentAddressGroup(InetSocketAddress.createUnresolved(host, port)));
            }
        }
        return StatusOr.fromValue(replicas);
    }

    private void tell(StatusOr<List<EquivalentAddressGroup>> replicas) {
        looking = false;
        if (listener == null || found && !replicas.hasValue()) {
            return;
        }
        found |= replicas.hasValue();
        listener.onResult2(ResolutionResult.newBuilder().setAddressesOrError(replicas).build());
    }

    @Override
    public void shutdown() {
        listener = null;
    }

    /** Makes resolvers of lists. Found by grpc-java through the service loader. */
    public static final class OfLists extends Provider {

        public OfLists() {
            super(LIST, false, NameLookup.HERE);
        }
    }

    /** Makes resolvers of names. Found by grpc-java through the service loader. */
    public static final class OfNames extends Provider {

        public OfNames() {
            super(NAME, true, NameLookup.HERE);
        }
    }

    /** Makes the resolvers of one scheme. */
    static class Provider extends NameResolverProvider {

        private final String scheme;
        private final boolean everyAddress;
        private final NameLookup names;

        Provider(String scheme, boolean everyAddress, NameLookup names) {
            this.scheme = scheme;
            this.everyAddress = everyAddress;
            this.names = names;
        }

        @Override
        protected boolean isAvailable() {
            return true;
        }

        @Override
        protected int priority() {
            return 5;
        }

        @Override
        public NameResolver newNameResolver(URI target, NameResolver.Args args) {
            return scheme.equals(target.getScheme())
                    ? new ReplicaResolver(List.of(target.getPath().substring(1).split(",")), everyAddress, names, args)
                    : null;
        }

        @Override
        public String getDefaultScheme() {
            return scheme;
        }

        @Override
        public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
            return Set.of(InetSocketAddress.class);
        }
    }
}
