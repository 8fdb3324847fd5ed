package io.tesserae.vision;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.engines.stage.StageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of the vision service. The model's folder is {@code tesserae.model}, which all services read. */
@ConfigMapping(prefix = "tesserae.vision")
public interface VisionSettings extends StageSettings {

    /**
     * Address of the projector, for calls that ask for embeddings: {@code in-process:NAME}, {@code dns:///HOST:PORT} or
     * {@code HOST:PORT[,HOST:PORT…]}. Without it such calls are refused.
     */
    Optional<String> projector();

    /** Longest time that a projector call may take, whatever the caller's own deadline. */
    @WithDefault("30s")
    Duration projectorTimeout();

    /** How long to go on trying to reach a projector that is down, before the call fails. */
    @WithDefault("1s")
    Duration projectorPatience();

    /** Share of projector calls that may be made to a second replica as well, where the first is slow. 0 turns this off. */
    @WithDefault("0.1")
    double projectorHedging();

    /** How the channel to the projector is secured. */
    Tls tls();

    /** How a channel to another process is secured. All files are PEM. */
    interface Tls {

        /** Certificates of those who sign the projector's own. Absent: the channel is not encrypted. */
        Optional<Path> trust();

        /** The eye's own certificate, for a projector that asks for one (mutual TLS). */
        Optional<Path> certificate();

        /** Its private key, PKCS#8. */
        Optional<Path> key();
    }

    /** Type of features on the wire: {@code float32}, or {@code float16}, which halves their bytes and rounds them. */
    @WithDefault("float32")
    FeatureType featureType();

    /** Whether a tile's content hash is compared with its pixels, at about a millisecond a megabyte. */
    @WithDefault("false")
    boolean verifyHashes();

    /** Type of features on the wire. */
    enum FeatureType {
        FLOAT32(ElementKind.FLOAT32),
        FLOAT16(ElementKind.FLOAT16);

        private final ElementKind kind;

        FeatureType(ElementKind kind) {
            this.kind = kind;
        }

        ElementKind kind() {
            return kind;
        }
    }
}
