package io.tesserae.gateway.remote;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.RemoteImageConfig;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/** What this server is willing to fetch: schemes, ports, domains and addresses. */
final class RemoteRules {

    private final boolean http;
    private final List<Integer> ports;
    private final List<String> domains;
    private final AddressGuard guard;

    RemoteRules(RemoteImageConfig config) {
        http = config.http();
        ports = config.ports();
        domains = config.domains().orElse(List.of()).stream().map(domain -> domain.strip().toLowerCase(Locale.ROOT)).toList();
        guard = new AddressGuard(config.networks().orElse(List.of()).stream().map(Network::of).toList());
    }

    /** Throws a {@link Failure} where the URL is not of the kind that is fetched. */
    void judge(RemoteUrl url) {
        if (!url.tls() && !http) {
            throw refused("images are fetched over https only");
        }
        if (!ports.contains(url.port())) {
            throw refused("images are not fetched from port " + url.port());
        }
        if (!domains.isEmpty() && domains.stream().noneMatch(domain -> matches(domain, url.host()))) {
            throw refused("images are not fetched from this host; the server keeps a list of those that it fetches from");
        }
    }

    /** {@code *.example.com} is every name under that domain, not the domain itself. */
    private static boolean matches(String domain, String host) {
        return domain.startsWith("*.") ? host.endsWith(domain.substring(1)) && host.length() >= domain.length() : host.equals(domain);
    }

    /**
     * Throws a {@link Failure} where any address of a host is not of the open internet: a name that has both kinds is a trap. It says
     * nothing of the address, so that nobody learns from here what names mean inside our network.
     */
    void judge(List<InetAddress> addresses) {
        if (addresses.isEmpty() || !addresses.stream().allMatch(guard::allows)) {
            throw noAddress();
        }
    }

    /** The same words for a name that does not exist. */
    static Failure noAddress() {
        return refused("the image's host has no address that images are fetched from");
    }

    private static Failure refused(String why) {
        return Failure.of(Reason.IMAGE_URL_REFUSED, why);
    }
}
