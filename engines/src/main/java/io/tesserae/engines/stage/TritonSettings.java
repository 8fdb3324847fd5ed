package io.tesserae.engines.stage;

import io.smallrye.config.WithDefault;
import io.tesserae.engines.triton.PemFiles;
import io.tesserae.engines.triton.TritonOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where Triton is, for a stage whose engine is {@code triton}. */
public interface TritonSettings {

    /**
     * Addresses of Triton's gRPC, each {@code HOST:PORT}, or {@code dns:///HOST:PORT} for every address that a name resolves to, separated by commas. Calls
     * spread over them. Required with engine triton.
     */
    Optional<String> addresses();

    /** Name of the model there. Absent: as {@code ./tesserae triton-repository} names it, such as {@code tesserae-135m-vision}. Several nerves have their names behind it. */
    Optional<String> model();

    /** Version of the model that is asked for. Absent: what Triton's own version policy takes. */
    Optional<String> version();

    /** Longest time that one call may take, whatever the caller's own deadline. */
    @WithDefault("30s")
    Duration timeout();

    /** Longest time that a call is tried again while no server takes it. */
    @WithDefault("5s")
    Duration patience();

    /** Longest time that starting waits for the model to be ready on a server. */
    @WithDefault("2m")
    Duration startUp();

    /** Time between two questions whether the model is ready, to each server. */
    @WithDefault("1s")
    Duration checkEvery();

    /** Calls failing one after another after which a server gets none until it says that the model is ready. */
    @WithDefault("5")
    int failures();

    /** Calls under way at once. Triton's own batcher lets them run together. */
    @WithDefault("16")
    int calls();

    /** Priority level of requests, for models that have levels; 1 is the most urgent, 0 the model's default. A caller's own {@code tesserae-priority} goes first. */
    @WithDefault("0")
    int priority();

    /** Metadata sent with every call, by name in quotes, such as {@code "authorization"}. Empty by default. */
    Map<String, String> headers();

    /** TLS to the servers. */
    Tls tls();

    /** TLS to the servers. */
    interface Tls {

        /** Whether connections are secured by TLS. */
        @WithDefault("false")
        boolean enabled();

        /** File of the certificates, in PEM, that servers are checked against. Absent: those that Java trusts. */
        Optional<Path> authorities();

        /** File of our own certificate, in PEM, where servers ask for one. */
        Optional<Path> certificate();

        /** File of its key, in PEM. */
        Optional<Path> key();

        /** Name that a server's certificate must bear, where that is not the address's. */
        Optional<String> authority();
    }

    /** These settings in the engine's terms. Throws {@link IllegalArgumentException} that says what is missing or wrong. */
    default TritonOptions options(String ownName) {
        String listed = addresses().orElseThrow(() -> new IllegalArgumentException("triton.addresses must be set with engine triton, such as localhost:8001"));
        List<String> at = Arrays.stream(listed.split(",")).map(String::strip).toList();
        Optional<TritonOptions.Security> security = tls().enabled()
                ? Optional.of(new PemFiles(tls().authorities(), tls().certificate(), tls().key(), tls().authority())) : Optional.empty();
        return new TritonOptions(at, ownName, version().orElse(""), timeout(), patience(), startUp(), checkEvery(), failures(), priority(), security, headers());
    }
}
