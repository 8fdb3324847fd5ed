package io.tesserae.gateway.remote;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A resolver that answers what a test tells it to, differently each time if need be. Literals are what they are; no other name exists. */
@Alternative
@Priority(1)
@ApplicationScoped
class ScriptedNames implements NameLookup {

    private final Map<String, Queue<List<InetAddress>>> answers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> lookups = new ConcurrentHashMap<>();

    /** Has {@code host} answer so from now on; several calls make several answers, the last of which stays. */
    void answer(String host, String... addresses) {
        answers.computeIfAbsent(host, unknown -> new ConcurrentLinkedQueue<>()).add(Arrays.stream(addresses).map(ScriptedNames::address).toList());
    }

    int lookupsOf(String host) {
        return lookups.getOrDefault(host, new AtomicInteger()).get();
    }

    /** Dotted or colon notation; or {@code hex:} and the bytes of an answer as they are. */
    static InetAddress address(String written) {
        try {
            return written.startsWith("hex:")
                    ? InetAddress.getByAddress(HexFormat.of().parseHex(written.substring(4)))
                    : InetAddress.getByName(written);
        } catch (UnknownHostException wrong) {
            throw new IllegalArgumentException(written, wrong);
        }
    }

    @Override
    public List<InetAddress> addressesOf(String host) throws UnknownHostException {
        lookups.computeIfAbsent(host, first -> new AtomicInteger()).incrementAndGet();
        if (host.indexOf(':') >= 0 || host.matches("[0-9.]+")) {
            return List.of(InetAddress.getByName(host));
        }
        Queue<List<InetAddress>> scripted = answers.get(host);
        if (scripted == null) {
            throw new UnknownHostException(host);
        }
        return new ArrayList<>(scripted.size() > 1 ? scripted.poll() : scripted.peek());
    }
}
