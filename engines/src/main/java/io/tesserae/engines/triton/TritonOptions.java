package io.tesserae.engines.triton;

import io.grpc.ChannelCredentials;
import io.tesserae.engines.EngineException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where Triton is and how it is called.
 *
 * @param addresses  each {@code HOST:PORT}, or {@code dns:///HOST:PORT} for every address that a name resolves to; at least one
 * @param model      the model's name there
 * @param version    the version that is asked for; empty leaves it to Triton's version policy
 * @param timeout    longest time that one call may take, whatever the caller's own deadline
 * @param patience   longest time that a call is tried again while no server takes it
 * @param startUp    longest wait for the model to be ready when the service starts
 * @param checkEvery time between two questions whether the model is ready
 * @param failures   calls failing one after another that take an address out until it says it is ready again
 * @param priority   Triton's priority level of calls whose caller says none, 1 is the most urgent; 0 is the model's default
 * @param security   how the connection is secured; empty for plaintext
 * @param headers    metadata of every call by name, such as {@code authorization}
 */
public record TritonOptions(
        List<String> addresses,
        String model,
        String version,
        Duration timeout,
        Duration patience,
        Duration startUp,
        Duration checkEvery,
        int failures,
        int priority,
        Optional<Security> security,
        Map<String, String> headers) {

    private static final String DNS = "dns:///";

    /** TLS. */
    public interface Security {

        /** What servers are checked against, and what we show them. Throws {@link EngineException} that says what cannot be read. */
        ChannelCredentials credentials();

        /** The name that a server's certificate must bear, where it is not the address's. */
        Optional<String> authority();
    }

    public TritonOptions {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("an address of Triton is needed, such as localhost:8001");
        }
        addresses.forEach(TritonOptions::check);
        if (timeout.isZero() || timeout.isNegative() || checkEvery.isZero() || checkEvery.isNegative() || patience.isNegative() || startUp.isNegative()) {
            throw new IllegalArgumentException("timeout and check-every of Triton must be above 0, patience and start-up not below");
        }
        if (failures < 1 || priority < 0) {
            throw new IllegalArgumentException("failures of Triton must be at least 1 and its priority at least 0");
        }
        addresses = List.copyOf(addresses);
        headers = Map.copyOf(headers);
    }

    private static void check(String address) {
        String rest = address.startsWith(DNS) ? address.substring(DNS.length()) : address;
        if (!rest.matches("(\\[[0-9a-fA-F:.]+]|[^\\s:;,/?#\\[\\]]+):[0-9]{1,5}")) {
            throw new IllegalArgumentException("Triton's address '" + address + "' is neither HOST:PORT nor dns:///HOST:PORT");
        }
    }

    /** A model at one address, all else by default. */
    public static TritonOptions of(String address, String model) {
        return new TritonOptions(List.of(address), model, "", Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(1), 5,
                0, Optional.empty(), Map.of());
    }

    public TritonOptions withAddresses(String... newAddresses) {
        return new TritonOptions(List.of(newAddresses), model, version, timeout, patience, startUp, checkEvery, failures, priority, security, headers);
    }

    public TritonOptions withVersion(String newVersion) {
        return new TritonOptions(addresses, model, newVersion, timeout, patience, startUp, checkEvery, failures, priority, security, headers);
    }

    public TritonOptions withTimes(Duration newTimeout, Duration newPatience, Duration newStartUp, Duration newCheckEvery) {
        return new TritonOptions(addresses, model, version, newTimeout, newPatience, newStartUp, newCheckEvery, failures, priority, security, headers);
    }

    public TritonOptions withHeaders(Map<String, String> newHeaders) {
        return new TritonOptions(addresses, model, version, timeout, patience, startUp, checkEvery, failures, priority, security, newHeaders);
    }

    public TritonOptions withSecurity(Security newSecurity) {
        return new TritonOptions(addresses, model, version, timeout, patience, startUp, checkEvery, failures, priority, Optional.of(newSecurity), headers);
    }

    /** The model with its version, as messages name it. */
    String modelInWords() {
        return "model '" + model + "'" + (version.isEmpty() ? "" : " version " + version);
    }
}
