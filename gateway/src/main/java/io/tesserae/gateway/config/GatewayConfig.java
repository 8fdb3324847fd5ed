package io.tesserae.gateway.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The gateway's settings. A stage's address is {@code host:port[,host:port…]}, {@code dns:///host:port} or
 * {@code in-process:name}.
 */
@ConfigMapping(prefix = "tesserae.gateway")
public interface GatewayConfig {

    /** Address of the eye. */
    @WithDefault("localhost:9001")
    String vision();

    /** Address of the nerve; used where the eye cannot call it itself. */
    @WithDefault("localhost:9002")
    String projector();

    /** Address of the brain. */
    @WithDefault("localhost:9003")
    String llm();

    /** How long an answer may take, from the request's arrival to its last token. Passed on to every stage. */
    @WithDefault("300s")
    Duration deadline();

    /** How long to go on trying to reach a stage that is down, such as one that is being restarted, before answering 503. */
    @WithDefault("3s")
    Duration patience();

    /**
     * Share of the calls to eye and nerve that may be made to a second replica as well, each where the first takes twice as long as
     * nearly all others did. 0 turns this off.
     */
    @WithDefault("0.1")
    double hedging();

    /** Bytes of embeddings that running answers keep, so that one whose brain dies goes on at another. Answers beyond it end with their brain. */
    @WithDefault("256M")
    MemorySize handoverMemory();

    /** Threads that decode and cut. 0: one for each processor. */
    @WithDefault("0")
    int workers();

    /** Tiles of one request that are encoded at once. */
    @WithDefault("16")
    int tilesInFlight();

    /** Pictures held as pixels at once, over all requests. 0: twice the workers. */
    @WithDefault("0")
    int openPictures();

    /**
     * Bytes of embeddings that are kept, so that a picture seen before is not encoded again. 0 turns this off, and has simultaneous
     * requests about one picture encode it each for itself.
     */
    @WithDefault("64M")
    MemorySize embeddingCache();

    /** Responses that can be gone on with. */
    Responses responses();

    /** What the page's panels are drawn from. */
    Explain explain();

    /** How the channels to the stages, and to the content-safety service, are secured. */
    Tls tls();

    /** Whether the words of conversations are logged, in the category {@code tesserae.prompts}. Pictures never are. */
    @WithDefault("false")
    boolean logPrompts();

    /** How much is taken on at once. */
    Requests requests();

    /** What a request may be. */
    Limits limits();

    /** Responses that can be gone on with by {@code previous_response_id}. */
    interface Responses {

        /** Bytes of conversations that are kept, in this process's memory; the oldest go first. 0 keeps none. */
        @WithDefault("0")
        MemorySize store();

        /** How long one is kept. */
        @WithDefault("1h")
        Duration keep();
    }

    /** What the page's panels are drawn from. */
    interface Explain {

        /** Whether {@code /v1/explain} answers. {@code ./tesserae up} turns it on; leave it off where strangers ask: some of it takes long to compute. */
        @WithDefault("false")
        boolean enabled();

        /** Requests whose times are kept in memory, stage by stage and tile by tile, to be asked for by the request's id. */
        @WithDefault("64")
        int traces();

        /** Explanations computed at once; beyond it the answer is 429. */
        @WithDefault("4")
        int running();
    }

    /** How channels to other processes are secured. All files are PEM. */
    interface Tls {

        /** Certificates of those who sign the stages' own. Absent: channels are not encrypted. */
        Optional<Path> trust();

        /** The gateway's own certificate, for stages that ask for one (mutual TLS). */
        Optional<Path> certificate();

        /** Its private key, PKCS#8. */
        Optional<Path> key();
    }

    /** How much is taken on at once. */
    interface Requests {

        /** Requests answered at once. */
        @WithDefault("64")
        int running();

        /** Requests that wait for their turn; beyond them the answer is 429. */
        @WithDefault("256")
        int waiting();
    }

    /** What a request may be; beyond it the answer is 400 or 413. */
    interface Limits {

        /** Bytes of a request's body. */
        @WithDefault("64M")
        MemorySize body();

        /** Bytes of all bodies that are held at once; beyond it the answer is 429. */
        @WithDefault("512M")
        MemorySize bodies();

        /** How long a request's body may take to arrive; beyond it the answer is 408 and the connection is closed. */
        @WithDefault("60s")
        Duration bodyTime();

        /** How long a reader may take nothing of a stream that waits for it, before the connection is closed. */
        @WithDefault("60s")
        Duration readTime();

        /** Pictures of one request. */
        @WithDefault("32")
        int images();

        /** Bytes of one picture's file. */
        @WithDefault("32M")
        MemorySize imageBytes();

        /** Pixels of one picture, width times height, judged by its header. */
        @WithDefault("50000000")
        long imagePixels();

        /** Longest side of a picture in pixels, judged by its header. */
        @WithDefault("30000")
        int imageSide();

        /** Messages of one conversation. */
        @WithDefault("1024")
        int messages();

        /** Answers to one question ({@code n}). */
        @WithDefault("8")
        int choices();

        /** Depth of nesting in a request's JSON. */
        @WithDefault("32")
        int jsonDepth();
    }
}
