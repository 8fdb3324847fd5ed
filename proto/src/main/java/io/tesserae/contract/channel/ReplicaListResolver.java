package io.tesserae.contract.channel;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resolves a fixed list of replicas, {@code host:port,host:port}. Host names in it are looked up again at each refresh. */
public final class ReplicaListResolver extends NameResolver {

    static final String SCHEME = "replicas";

    private static final Pattern REPLICA = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:;,/?#\\[\\]]+):([0-9]{1,5})");

    private final List<String> replicas;
    private Listener2 listener;

    private ReplicaListResolver(List<String> replicas) {
        this.replicas = replicas;
    }

    /** The target of a list, or {@link IllegalArgumentException} that says what an address looks like. */
    static String target(String list) {
        for (String replica : list.split(",", -1)) {
            Matcher matcher = REPLICA.matcher(replica);
            if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 0xffff) {
                throw StageChannels.noAddress(list);
            }
        }
        try {
            return new URI(SCHEME, "", "/" + list, null).toString();
        } catch (URISyntaxException malformed) {
            throw StageChannels.noAddress(list);
        }
    }

    @Override
    public String getServiceAuthority() {
        return replicas.get(0);
    }

    @Override
    public void start(Listener2 newListener) {
        listener = newListener;
        resolve();
    }

    @Override
    public void refresh() {
        resolve();
    }

    private void resolve() {
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
