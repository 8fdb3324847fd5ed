package io.tesserae.gateway.remote;

import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.config.RemoteImageConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.HeldBytes;
import io.tesserae.gateway.errand.Places;
import io.tesserae.gateway.errand.Timers;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;

/** Gets pictures from where their URLs say, where this server is willing to. */
@ApplicationScoped
public class RemoteImages {

    /** Threads that wait for resolvers, which cannot be asked in another way. */
    private static final int LOOKUPS = 8;
    private static final int LONGEST_HEADERS = 16 << 10;

    private final RemoteImageConfig config;
    private final RemoteRules rules;
    private final NameLookup names;
    private final Timers timers;
    private final HeldBytes held;
    private final FetchedImages kept;
    private final Places places;
    private final long mostBytes;
    private final HttpClient client;
    private final WorkerExecutor lookups;

    RemoteImages(RemoteImageConfig config, GatewayConfig gateway, NameLookup names, Timers timers, HeldBytes held, Vertx vertx,
            TlsConfigurationRegistry tls) {
        this.config = config;
        this.names = names;
        this.timers = timers;
        this.held = held;
        rules = new RemoteRules(config);
        kept = new FetchedImages(config.cache().asLongValue());
        places = new Places(Math.max(1, config.atOnce()));
        mostBytes = gateway.limits().imageBytes().asLongValue();
        client = config.enabled() ? vertx.createHttpClient(options(tls), new PoolOptions().setHttp1MaxSize(Math.max(1, config.atOnce()))) : null;
        lookups = config.enabled() ? vertx.createSharedWorkerExecutor("gateway-lookup", LOOKUPS) : null;
    }

    /** Every connection is made anew: one that is kept open would be to an address that was judged for another name. */
    private HttpClientOptions options(TlsConfigurationRegistry tls) {
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1).setKeepAlive(false).setPipelining(false)
                .setConnectTimeout((int) config.timeout().toMillis())
                .setVerifyHost(true).setForceSni(true).setDecompressionSupported(false)
                .setMaxHeaderSize(LONGEST_HEADERS).setMaxRedirects(0);
        config.tls().ifPresent(name -> options.setTrustOptions(tls.get(name).map(TlsConfiguration::getTrustStoreOptions)
                .orElseThrow(() -> new IllegalStateException("tesserae.gateway.remote-images.tls names no TLS configuration: quarkus.tls." + name))));
        return options;
    }

    /** Whether that URL is one of another machine, to be fetched or refused here. */
    public static boolean isRemote(String url) {
        return RemoteUrl.isRemote(url);
    }

    /** The file behind a URL, in the time that one may take; or a {@link Failure} that says why there is none, without a field to blame. */
    public CompletableFuture<byte[]> fetch(String written, Errand errand) {
        RemoteUrl url;
        try {
            if (!config.enabled()) {
                throw Failure.of(Reason.IMAGE_URL_REFUSED, "remote images are not enabled on this server; send the image as a data: URL");
            }
            url = RemoteUrl.of(written);
            rules.judge(url);
        } catch (Failure refused) {
            return CompletableFuture.failedFuture(refused);
        }
        String key = url.uri().toString();
        FetchedImages.Kept known = kept.get(key);
        if (known != null && known.isFresh(System.nanoTime())) {
            return CompletableFuture.completedFuture(known.bytes());
        }
        return fetched(url, known == null ? null : known.tag(), errand).thenApply(got -> {
            byte[] file = got.bytes().length == 0 && known != null ? known.bytes() : got.bytes();
            kept.put(key, file, got.tag(), System.nanoTime() + config.fresh().toNanos());
            return file;
        });
    }

    private CompletableFuture<Fetched> fetched(RemoteUrl url, String tag, Errand errand) {
        Fetch fetch = new Fetch(client, this::judged, config.redirects(), mostBytes, held, tag);
        errand.onEnd(fetch::release);
        CompletableFuture<Void> turn = new CompletableFuture<>();
        Places.Place place = places.enter(() -> turn.complete(null));
        ScheduledFuture<?> late = timers.after(config.timeout(), () -> fetch.stop(lateness(config.timeout())));
        Errand.Handle leaving = errand.onAbort(() -> errand.failure().ifPresent(fetch::stop));
        turn.thenRun(() -> fetch.from(url));
        return fetch.done().whenComplete((got, thrown) -> {
            place.close();
            late.cancel(false);
            leaving.close();
        });
    }

    private static Failure lateness(Duration timeout) {
        return Failure.of(Reason.IMAGE_NOT_FETCHED, "the image could not be fetched from its URL within " + timeout.toMillis() + " ms");
    }

    private CompletableFuture<List<InetAddress>> judged(RemoteUrl url) {
        CompletableFuture<List<InetAddress>> addresses = new CompletableFuture<>();
        lookups.executeBlocking(() -> {
            rules.judge(url);
            List<InetAddress> found;
            try {
                found = names.addressesOf(url.host());
            } catch (UnknownHostException unknown) {
                throw RemoteRules.noAddress();
            }
            rules.judge(found);
            return found;
        }, false).onSuccess(addresses::complete).onFailure(addresses::completeExceptionally);
        return addresses;
    }

    /** Pictures that wait for their turn. */
    public int waiting() {
        return places.waiting();
    }

    /** Forgets what was fetched. */
    public void clear() {
        kept.clear();
    }

    /** Bytes of pictures that are kept. */
    public long bytesKept() {
        return kept.bytes();
    }

    @PreDestroy
    void close() {
        if (client != null) {
            client.close();
            lookups.close();
        }
    }
}
