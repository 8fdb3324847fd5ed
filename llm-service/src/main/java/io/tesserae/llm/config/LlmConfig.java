package io.tesserae.llm.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How the brain runs. The model's folder itself is {@code tesserae.model}, which all services share. */
@ConfigMapping(prefix = "tesserae.llm")
public interface LlmConfig {

    /** What computes: {@code onnx} is ONNX Runtime inside the service; {@code vllm} is a vLLM server that holds the same language model; {@code triton} a Triton server. */
    @WithDefault("onnx")
    String engine();

    /** The engine elsewhere, where {@code engine} names one. */
    Remote remote();

    /** What {@code triton} alone has. */
    Triton triton();

    /** What {@code vllm} alone has. */
    Vllm vllm();

    /** Threads that compute one step; 0 takes as many as there are processors. */
    @WithDefault("0")
    int threads();

    /** Whether these threads spin between operations: faster where the machine has nothing else to do, many times slower where it has. */
    @WithDefault("false")
    boolean spinning();

    /** Sequences that are computed at once, 1 to 256. Each takes KV cache memory up to the context's length. */
    @WithDefault("8")
    int slots();

    /** Longest prompt plus answer, in tokens; never more than the model's own. 0 takes the model's own. */
    @WithDefault("4096")
    int context();

    /** Tokens of a prompt that are computed at once while no answer is being written. */
    @WithDefault("512")
    int prefillChunk();

    /** Most tokens of a prompt that are computed between two steps of answers that are being written. */
    @WithDefault("512")
    int prefillChunkBesideDecode();

    /**
     * How many times as long as a step of answers alone a step may take that also computes a part of a prompt, above 1: bounds how long running answers stand
     * still. The part's length follows from what steps took so far.
     */
    @WithDefault("2.5")
    double prefillStretch();

    /** Whether an answer may lose its slot to a more urgent request, or to others where memory is full; it is computed again and goes on where it was. */
    @WithDefault("true")
    boolean preemption();

    /**
     * Whether an answer is the same to the last bit whatever is computed beside it, whatever the prefix cache held, and wherever it goes on after its brain
     * died. One answer alone then takes about half as long again; several at once take no longer. Answers of different kinds of processors differ all the same.
     */
    @WithDefault("false")
    boolean reproducible();

    /** Memory of the KV cache at most; 0 leaves it to what the JVM may take outside its heap. */
    @WithDefault("0")
    MemorySize kvMemory();

    /** What finished answers leave in the KV cache, for prompts that begin as theirs did. */
    PrefixCache prefixCache();

    /** Sequences that may wait for a slot; further ones are refused with QUEUE_FULL. */
    @WithDefault("256")
    int queueCapacity();

    /** Schemas and sets of tools whose grammars are kept with what was worked out of them; each takes up to about 24 MB. */
    @WithDefault("16")
    int grammars();

    /** Guessing how an answer goes on by what it quotes. */
    Speculation speculation();

    /**
     * How long a sequence waits for the next embeddings of its image slots before it fails. Far longer than eyes take, also when many pictures wait for them:
     * a request's own deadline ends it sooner; this is for callers that have none and have stopped sending.
     */
    @WithDefault("10m")
    Duration embeddingsTimeout();

    /** How long a caller may leave its stream unread before the stream is ended. */
    @WithDefault("30s")
    Duration slowReaderTimeout();

    /** How long after the last sequence the memory of the KV cache is given back, with what it holds. */
    @WithDefault("10m")
    Duration idleRelease();

    /** How long running answers may go on after the service was told to stop. */
    @WithDefault("25s")
    Duration drainTimeout();

    /** What engines elsewhere have in common. */
    interface Remote {

        /** Addresses of the engine's servers, with commas between. Each request goes to the one that has the fewest under way, of those that are well. Required where the engine is elsewhere. */
        Optional<String> addresses();

        /** Answers that all of these servers are asked for at once; further ones wait here, the more urgent first. */
        @WithDefault("256")
        int places();

        /** How long connecting to a server may take. */
        @WithDefault("2s")
        Duration connectTimeout();

        /** How long a server that was asked may be silent, before the first token and between two, before the answer goes on at another or fails. */
        @WithDefault("60s")
        Duration silence();

        /** How often every server is asked whether it is well. One that is not, or fails a request, gets none until it says that it is again. */
        @WithDefault("2s")
        Duration probe();

        /** Key that is sent with every request, as a bearer token. Absent for none. */
        Optional<String> apiKey();

        /** Name of a TLS configuration, whose certificates are set under {@code quarkus.tls.NAME}; absent for what the JVM trusts. */
        Optional<String> tls();
    }

    /** What Triton alone has. Its {@code addresses} are those of its gRPC, each {@code HOST:PORT} or {@code dns:///HOST:PORT}. */
    interface Triton {

        /** Name of the brain's model there; absent: as {@code ./tesserae triton-repository} names it, such as {@code tesserae-135m-llm}. */
        Optional<String> model();

        /** Version of it that is asked for; absent: what Triton's own version policy takes. */
        Optional<String> version();
    }

    /** What vLLM alone has. */
    interface Vllm {

        /** Name that vLLM serves the language model under; absent where it serves one alone. */
        Optional<String> model();

        /** What embeddings are sent as: {@code float32}; {@code bfloat16} or {@code float16}, half as many bytes, where vLLM computes in that anyway. */
        @WithDefault("float32")
        String embeddings();

        /** Whether requests' priorities are passed on; vLLM takes them only with {@code --scheduling-policy priority}. */
        @WithDefault("false")
        boolean priorities();
    }

    /** Bounds of the prefix cache. */
    interface PrefixCache {

        /** Slots that may hold what a finished answer left, while nobody needs them; 0 turns the prefix cache off. */
        @WithDefault("256")
        int rows();

        /**
         * Tokens that those slots may hold together, each slot counted as long as the longest in use: a slot takes that much memory. More is given up, the
         * longest unused first.
         */
        @WithDefault("4096")
        int tokens();

        /** Fewer tokens than this are computed anew rather than taken from there. */
        @WithDefault("16")
        int leastTokens();
    }

    /** Prompt-lookup speculation: tokens that followed the same words before are guessed, and checked together. Answers are the same with and without. */
    interface Speculation {

        /** Tokens guessed at once for requests that do not say how many; 0 guesses nothing. */
        @WithDefault("0")
        int tokens();

        /** Most tokens that a request may have guessed at once. */
        @WithDefault("8")
        int mostTokens();

        /** Fewest words, as tokens, that must have stood there before. */
        @WithDefault("3")
        int ngram();

        /** Nothing is guessed while more answers than this are written at once: each check is a run of its own. */
        @WithDefault("2")
        int mostRunning();
    }
}
