package io.tesserae.contract.channel;

import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;

/**
 * Looks names up and forgets them within seconds, so that a replica that was added is found. The JDK's own look-ups are kept for 30 s, by a
 * setting that can only be made before a process's first one; they are asked where DNS knows nothing, for names from elsewhere. Blocks.
 */
final class NameLookup {

    /** By the machine's own settings: its hosts file, name servers and search domains. */
    static final NameLookup HERE = new NameLookup(null);

    /** Bounds of how long an answer counts, whatever its own time to live, in seconds. */
    private static final int SHORTEST = 1;
    private static final int LONGEST = 3;

    private final DnsServerAddressStreamProvider servers;
    private DnsNameResolver resolver;

    /** @param servers the name servers to ask; null for the machine's own */
    NameLookup(DnsServerAddressStreamProvider servers) {
        this.servers = servers;
    }

    /** Every address of a host, in a fixed order; an address given as such is itself. */
    List<InetAddress> addresses(String host) throws UnknownHostException {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(bare);
        if (literal != null) {
            return List.of(InetAddress.getByAddress(literal));
        }
        var asked = resolver().resolveAll(bare).awaitUninterruptibly();
        List<InetAddress> found = asked.isSuccess() ? asked.getNow() : List.of(InetAddress.getAllByName(bare));
        return found.stream().distinct().sorted(Comparator.comparing(InetAddress::getHostAddress)).toList();
    }

    /** Made when the first name is looked up: an application in one JVM needs none. */
    private synchronized DnsNameResolver resolver() {
        if (resolver == null) {
            resolver = new DnsNameResolverBuilder(new NioEventLoopGroup(1, new DefaultThreadFactory("stage-names", true)).next())
                    .datagramChannelType(NioDatagramChannel.class)
                    .socketChannelType(NioSocketChannel.class)
                    .nameServerProvider(servers == null ? DnsServerAddressStreamProviders.platformDefault() : servers)
                    // A replica of two families would count as two.
                    .resolvedAddressTypes(ResolvedAddressTypes.IPV4_ONLY)
                    .ttl(SHORTEST, LONGEST)
                    .negativeTtl(SHORTEST)
                    .queryTimeoutMillis(2000)
                    .build();
        }
        return resolver;
    }
}
