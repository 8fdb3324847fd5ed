package io.tesserae.gateway.http;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code x-request-timeout}: how long a caller is willing to wait, in seconds ({@code 30}, {@code 1.5}) or with a unit ({@code 500ms}, {@code 30s}). */
final class RequestTimeout {

    private static final String NAME = "x-request-timeout";
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,7})(?:\\.([0-9]{1,3}))?(ms|s)?");

    private RequestTimeout() {
    }

    /** What a request says, or a {@link Failure} that blames the header. */
    static Optional<Duration> of(HttpServerRequest request) {
        String said = request.getHeader(NAME);
        return said == null ? Optional.empty() : Optional.of(read(said.strip()));
    }

    static Duration read(String said) {
        Matcher match = WRITTEN.matcher(said);
        boolean millis = match.matches() && "ms".equals(match.group(3));
        if (!match.matches() || millis && match.group(2) != null) {
            throw bad();
        }
        long whole = Long.parseLong(match.group(1));
        String fraction = match.group(2) == null ? "" : match.group(2);
        Duration duration = millis
                ? Duration.ofMillis(whole)
                : Duration.ofMillis(whole * 1_000 + Long.parseLong((fraction + "000").substring(0, 3)));
        if (duration.isZero()) {
            throw bad();
        }
        return duration;
    }

    private static Failure bad() {
        return Failure.inField(Reason.INVALID_FIELD, NAME, "the header '" + NAME + "' must be seconds above 0, such as 30, 1.5 or 500ms");
    }
}
