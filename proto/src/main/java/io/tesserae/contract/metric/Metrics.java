package io.tesserae.contract.metric;

/**
 * Names of all metrics, as Micrometer takes them; Prometheus shows them with underscores and its own suffixes
 * ({@code tesserae_stage_duration_seconds_bucket}). Timers record wall time. Tags: {@code model}, {@code stage}
 * ({@link Stage#tag}), {@code reason} (a failure's or a finish's reason).
 */
public final class Metrics {

    /** Timer by model and stage: time spent in a stage for one call. */
    public static final String STAGE_DURATION = "tesserae.stage.duration";
    /** Timer by model: from a request's arrival to its first token. */
    public static final String TIME_TO_FIRST_TOKEN = "tesserae.time.to.first.token";
    /** Timer by model: between one token of a stream and the next. */
    public static final String INTER_TOKEN_LATENCY = "tesserae.inter.token.latency";
    /** Timer by model: a whole request. */
    public static final String REQUEST_DURATION = "tesserae.request.duration";
    /** Timer by model and stage: waiting before a stage. */
    public static final String QUEUE_WAIT = "tesserae.queue.wait";
    /** Summary by model and stage: rows run together. */
    public static final String BATCH_SIZE = "tesserae.batch.size";
    /** Summary by model: tiles of one request, overviews included. */
    public static final String TILES_PER_REQUEST = "tesserae.tiles.per.request";

    /** Counter by model: tokens of prompts. */
    public static final String PROMPT_TOKENS = "tesserae.prompt.tokens";
    /** Counter by model: tokens of prompts that stand for pictures. */
    public static final String IMAGE_TOKENS = "tesserae.image.tokens";
    /** Counter by model: tokens generated. */
    public static final String GENERATED_TOKENS = "tesserae.generated.tokens";
    /** Counter by model and cache (encoder, prefix): look-ups. */
    public static final String CACHE_QUERIES = "tesserae.cache.queries";
    /** Counter by model and cache: look-ups that found something. */
    public static final String CACHE_HITS = "tesserae.cache.hits";
    /** Counter by model: tokens of prompts that were found in the prefix cache. */
    public static final String CACHED_TOKENS = "tesserae.cached.tokens";
    /** Counter by model: sequences that lost their slot to another and were computed again. */
    public static final String PREEMPTIONS = "tesserae.preemptions";
    /** Counter by cache: entries given up to make room for others. */
    public static final String CACHE_EVICTIONS = "tesserae.cache.evictions";
    /** Counter by model: tokens of answers that were guessed by prompt lookup, to be checked. */
    public static final String SPECULATED_TOKENS = "tesserae.speculated.tokens";
    /** Counter by model: those of them that were right. */
    public static final String ACCEPTED_TOKENS = "tesserae.accepted.tokens";
    /** Counter by reason: requests refused or failed. */
    public static final String REJECTIONS = "tesserae.rejections";
    /** Counter by model and reason: answers ended. */
    public static final String FINISHES = "tesserae.finishes";
    /** Counter by stage: calls tried again. */
    public static final String RETRIES = "tesserae.retries";
    /** Counter by stage: calls that were slow and were made to a second replica as well. */
    public static final String HEDGES = "tesserae.hedges";
    /** Counter by stage: streams continued on another replica. */
    public static final String FAILOVERS = "tesserae.failovers";

    /** Gauge by model: sequences being computed. */
    public static final String REQUESTS_RUNNING = "tesserae.requests.running";
    /** Gauge by model: sequences waiting for a slot. */
    public static final String REQUESTS_WAITING = "tesserae.requests.waiting";
    /** Gauge by model and stage: tiles waiting for a run of the eye or the nerve. */
    public static final String QUEUE_DEPTH = "tesserae.queue.depth";
    /** Gauge by model: part of the KV cache in use, 0 to 1. */
    public static final String KV_USE = "tesserae.kv.use";
    /** Gauge by model, stage and engine: 1 where what computes the stage takes work, 0 where it is out of reach or stopping. */
    public static final String ENGINE_REACH = "tesserae.engine.reach";
    /** Gauge by cache: bytes held. */
    public static final String CACHE_BYTES = "tesserae.cache.bytes";
    /** Gauge: bytes of embeddings kept for answers that may have to go on at another brain. */
    public static final String HANDOVER_BYTES = "tesserae.handover.bytes";

    /** Gauge by stage: what waits before a stage. Every queue is bounded; what it may hold is {@link #QUEUE_LIMIT}. */
    public static final String QUEUE_LENGTH = "tesserae.queue.length";
    /** Gauge by stage: how much may wait before a stage before requests are refused. */
    public static final String QUEUE_LIMIT = "tesserae.queue.limit";
    /** Gauge: bytes of requests that are held: bodies, and pictures fetched or read for them. */
    public static final String HELD_BYTES = "tesserae.held.bytes";

    public static final String TAG_MODEL = "model";
    public static final String TAG_STAGE = "stage";
    public static final String TAG_REASON = "reason";
    public static final String TAG_CACHE = "cache";
    /** What runs a graph, such as {@code onnx} or {@code triton}. */
    public static final String TAG_ENGINE = "engine";

    private Metrics() {
    }
}
