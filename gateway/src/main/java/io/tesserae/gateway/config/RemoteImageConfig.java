package io.tesserae.gateway.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Pictures behind http(s) URLs. How many bytes and pixels one may have is said by the limits of all pictures. */
@ConfigMapping(prefix = "tesserae.gateway.remote-images")
public interface RemoteImageConfig {

    /** Whether pictures behind URLs are fetched at all. */
    @WithDefault("false")
    boolean enabled();

    /** Hosts to fetch from: {@code images.example.com}, or {@code *.example.com} for all names under it. Absent: any host of the open internet. */
    Optional<List<String>> domains();

    /** Whether plain http is fetched beside https. */
    @WithDefault("false")
    boolean http();

    /** Ports to fetch from. */
    @WithDefault("443,80")
    List<Integer> ports();

    /** Networks to fetch from though they are not of the open internet, such as {@code 10.1.2.0/24}. */
    Optional<List<String>> networks();

    /** Redirects to follow. Each is judged as the first URL is. */
    @WithDefault("3")
    int redirects();

    /** How long one picture may take, from looking its host up to its last byte. */
    @WithDefault("5s")
    Duration timeout();

    /** Pictures fetched at once, over all requests. */
    @WithDefault("16")
    int atOnce();

    /** Bytes of fetched pictures that are kept. 0 turns this off. */
    @WithDefault("64M")
    MemorySize cache();

    /** How long a kept picture is used before its server is asked whether it is still the same. */
    @WithDefault("60s")
    Duration fresh();

    /** Name of the TLS configuration ({@code quarkus.tls.NAME.…}) whose trust store is used. Absent: Java's own. */
    Optional<String> tls();
}
