package io.tesserae.gateway.remote;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Says which addresses are of the open internet. All of IPv4 is, but for what the registry of special-purpose addresses (RFC 6890 and
 * later) lists; of IPv6 only global unicast is, less the same. An IPv4 address that stands inside an IPv6 one is judged as itself.
 */
final class AddressGuard {

    private static final List<Network> SPECIAL = networks(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // A cloud's own host, at an address that looks public.
            "168.63.129.16/32",
            // Teredo, ORCHID and benchmarks; documentation; 6to4, which hides an IPv4 address; documentation again.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48");

    private static final Network GLOBAL_UNICAST = Network.of("2000::/3");
    /** IPv4 written as IPv6 by a DNS64 resolver. The bits after it are an IPv4 address. */
    private static final Network NAT64 = Network.of("64:ff9b::/96");

    private final List<Network> permitted;

    /** {@code permitted}: networks that are let through though they are special, such as those of an image server of one's own. */
    AddressGuard(List<Network> permitted) {
        this.permitted = permitted;
    }

    /** Whether a picture may be fetched from there. */
    boolean allows(InetAddress address) {
        // Java itself turns ::ffff:a.b.c.d into IPv4 when it makes an address of such bytes.
        byte[] bytes = address.getAddress();
        if (bytes.length == 16 && NAT64.contains(bytes)) {
            bytes = Arrays.copyOfRange(bytes, 12, 16);
        }
        return within(permitted, bytes) || isGlobal(bytes);
    }

    private static boolean isGlobal(byte[] address) {
        if (address.length == 16 && !GLOBAL_UNICAST.contains(address)) {
            return false;
        }
        return !within(SPECIAL, address);
    }

    private static boolean within(List<Network> networks, byte[] address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private static List<Network> networks(String... written) {
        return Stream.of(written).map(Network::of).toList();
    }
}
