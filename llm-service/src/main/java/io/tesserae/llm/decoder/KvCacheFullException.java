package io.tesserae.llm.decoder;

/** There is no memory for more KV cache. */
public final class KvCacheFullException extends RuntimeException {

    public KvCacheFullException(long bytes, Throwable cause) {
        super("no memory for a KV cache of " + (bytes >> 20) + " MiB (see -XX:MaxDirectMemorySize, tesserae.llm.kv-memory, tesserae.llm.slots, tesserae.llm.context)", cause);
    }
}
