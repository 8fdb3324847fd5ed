package io.tesserae.gateway.remote;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.errand.HeldBytes;
import io.tesserae.gateway.image.PictureFormat;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * One picture on its way here, over as many redirects as are allowed. Whatever goes wrong after the URL was allowed is told in the same few
 * words: a caller must not learn from here what else answers at an address.
 */
final class Fetch {

    /** As many bytes as any format is known by. */
    private static final int TELLING_BYTES = 16;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient client;
    private final Function<RemoteUrl, CompletableFuture<List<InetAddress>>> judged;
    private final long mostBytes;
    private final HeldBytes held;
    private final CompletableFuture<Fetched> done = new CompletableFuture<>();
    private final Buffer body = Buffer.buffer();
    private final String knownTag;
    private int redirects;
    private boolean told;
    private long taken;
    private boolean released;
    private volatile HttpClientRequest request;

    /**
     * @param judged    gives the addresses of a URL's host once both were judged
     * @param redirects how many may be followed
     * @param mostBytes how long a file may be
     * @param held      what its bytes are counted by
     * @param knownTag  entity tag of what is kept of it; null for none
     */
    Fetch(HttpClient client, Function<RemoteUrl, CompletableFuture<List<InetAddress>>> judged, int redirects, long mostBytes, HeldBytes held,
            String knownTag) {
        this.client = client;
        this.judged = judged;
        this.redirects = redirects;
        this.mostBytes = mostBytes;
        this.held = held;
        this.knownTag = knownTag;
    }

    /** Kept or broken by the picture, a failure, or {@link #stop}. */
    CompletableFuture<Fetched> done() {
        return done;
    }

    /** Begins there, or goes on there after a redirect. */
    void from(RemoteUrl url) {
        if (done.isDone()) {
            return;
        }
        judged.apply(url).whenComplete((addresses, thrown) -> {
            if (thrown != null) {
                fail(thrown);
            } else {
                connect(url, addresses.iterator());
            }
        });
    }

    /** Nobody waits any more. */
    void stop(Failure why) {
        fail(why);
    }

    private void connect(RemoteUrl url, Iterator<InetAddress> addresses) {
        if (done.isDone()) {
            return;
        }
        InetAddress address = addresses.next();
        RequestOptions options = new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, url.port())))
                .setHost(url.host()).setPort(url.port()).setSsl(url.tls()).setURI(url.target())
                .setFollowRedirects(false)
                .putHeader("accept", "image/jpeg, image/png, image/webp, image/gif")
                .putHeader("accept-encoding", "identity")
                .putHeader("user-agent", "Tesserae");
        if (knownTag != null) {
            options.putHeader("if-none-match", knownTag);
        }
        client.request(options).onSuccess(ready -> ask(url, address, ready)).onFailure(unreachable -> {
            if (addresses.hasNext()) {
                connect(url, addresses);
            } else {
                fail(notFetched());
            }
        });
    }

    private void ask(RemoteUrl url, InetAddress address, HttpClientRequest ready) {
        request = ready;
        if (done.isDone() || !connectedTo(address, ready)) {
            ready.reset();
            fail(notFetched());
            return;
        }
        ready.response().onFailure(broken -> fail(notFetched())).onSuccess(response -> {
            try {
                answered(url, response);
            } catch (RuntimeException refused) {
                fail(refused);
            }
        });
        ready.exceptionHandler(broken -> fail(notFetched()));
        ready.end();
    }

    /** The socket's own word on where it leads, whatever pools, proxies or resolvers did on the way. */
    private static boolean connectedTo(InetAddress address, HttpClientRequest ready) {
        SocketAddress there = ready.connection().remoteAddress(true);
        return there != null && address.getHostAddress().equals(there.hostAddress());
    }

    private void answered(RemoteUrl url, HttpClientResponse response) {
        if (REDIRECTS.contains(response.statusCode())) {
            if (redirects-- <= 0) {
                throw Failure.of(Reason.IMAGE_URL_REFUSED, "the image's URL redirects too often");
            }
            RemoteUrl next = url.redirected(response.getHeader("location"));
            response.exceptionHandler(expected -> { });
            response.request().reset();
            from(next);
            return;
        }
        if (response.statusCode() == 304 && knownTag != null) {
            done.complete(new Fetched(new byte[0], knownTag));
            return;
        }
        String encoding = response.getHeader("content-encoding");
        if (response.statusCode() != 200 || encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw notFetched();
        }
        String length = response.getHeader("content-length");
        if (length != null && (!length.matches("[0-9]{1,18}") || Long.parseLong(length) > mostBytes)) {
            throw tooLarge();
        }
        response.exceptionHandler(broken -> fail(notFetched()));
        response.handler(this::more);
        response.endHandler(end -> whole(response.getHeader("etag")));
    }

    private synchronized void more(Buffer bytes) {
        if (done.isDone() || released) {
            return;
        }
        try {
            held.take(bytes.length());
            taken += bytes.length();
            body.appendBuffer(bytes);
            if (body.length() > mostBytes) {
                throw tooLarge();
            }
            if (!told && body.length() >= TELLING_BYTES) {
                // What it says it is counts for nothing; what begins like no picture is not read further.
                PictureFormat.of(body.getBytes(0, TELLING_BYTES));
                told = true;
            }
        } catch (Failure refused) {
            fail(refused.reason() == Reason.IMAGE_TYPE_UNSUPPORTED ? noPicture() : refused);
        }
    }

    /** Nobody holds its bytes any more. */
    synchronized void release() {
        if (!released) {
            released = true;
            held.give(taken);
        }
    }

    private synchronized void whole(String tag) {
        if (told) {
            done.complete(new Fetched(body.getBytes(), tag));
        } else {
            fail(noPicture());
        }
    }

    private Failure tooLarge() {
        return Failure.of(Reason.IMAGE_TOO_LARGE, "the image behind the URL takes more than the " + mostBytes + " bytes that are allowed");
    }

    private static Failure noPicture() {
        return Failure.of(Reason.IMAGE_TYPE_UNSUPPORTED, "there is no JPEG, PNG, WebP or GIF behind the image's URL");
    }

    private static Failure notFetched() {
        return Failure.of(Reason.IMAGE_NOT_FETCHED, "the image could not be fetched from its URL");
    }

    private void fail(Throwable thrown) {
        if (done.completeExceptionally(Failure.from(thrown))) {
            HttpClientRequest under = request;
            if (under != null) {
                under.reset();
            }
        }
    }
}
