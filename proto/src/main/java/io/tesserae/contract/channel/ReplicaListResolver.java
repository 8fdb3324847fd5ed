package io.tesserae.contract.channel;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Resolves a fixed list of replicas, {@code host:port,host:port}. Host names in it are resolved anew at each attempt to connect. */
public final class ReplicaListResolver extends NameResolver {

    static final String SCHEME = "replicas";

    private final List<String> replicas;

    private ReplicaListResolver(List<String> replicas) {
        this.replicas = replicas;
    }

    /** The list as given, or {@link IllegalArgumentException}. */
    static String checked(String list) {
        for (String replica : list.split(",", -1)) {
            int colon = replica.lastIndexOf(':');
            if (colon <= 0 || !replica.substring(colon + 1).matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException("stage address '" + list
                        + "' is none of in-process:NAME, dns:///HOST:PORT or HOST:PORT[,HOST:PORT…]");
            }
        }
        return list;
    }

    @Override
    public String getServiceAuthority() {
        return replicas.get(0);
    }

    @Override
    public void start(Listener2 listener) {
        resolve(listener);
    }

    private void resolve(Listener2 listener) {
        List<EquivalentAddressGroup> groups = replicas.stream()
                .map(replica -> new EquivalentAddressGroup(addressOf(replica)))
                .toList();
        listener.onResult(ResolutionResult.newBuilder()
                .setAddressesOrError(StatusOr.fromValue(groups))
                .setAttributes(Attributes.EMPTY)
                .build());
    }

    private static SocketAddress addressOf(String replica) {
        int colon = replica.lastIndexOf(':');
        return new InetSocketAddress(replica.substring(0, colon), Integer.parseInt(replica.substring(colon + 1)));
    }

    @Override
    public void shutdown() {
        // Nothing is held.
    }

    /** Makes resolvers for targets {@code replicas:///host:port,host:port}. Found by grpc-java through the service loader. */
    public static final class Provider extends NameResolverProvider {

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
            if (!SCHEME.equals(target.getScheme())) {
                return null;
            }
            return new ReplicaListResolver(Arrays.asList(target.getPath().substring(1).split(",")));
        }

        @Override
        public String getDefaultScheme() {
            return SCHEME;
        }

        @Override
        public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
            return Set.of(InetSocketAddress.class);
        }
    }
}
