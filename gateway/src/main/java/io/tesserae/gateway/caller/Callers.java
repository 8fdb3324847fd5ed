package io.tesserae.gateway.caller;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.CallerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tells who a credential is of. A key is looked up by its SHA-256: keys are long and random, so that a slow hash would protect nothing more,
 * and how long a look-up takes says nothing of any key.
 */
@ApplicationScoped
public class Callers {

    /** Who everybody is where nobody has to say. */
    public static final String ANONYMOUS = "anonymous";

    /** Subjects whose allowance is remembered; those seen longest ago start anew. */
    private static final int MOST_SUBJECTS = 10_000;
    private static final int LONGEST_CREDENTIAL = 16_384;

    private final CallerConfig config;
    private final Instance<OidcTokens> oidc;
    private final Caller anonymous;
    private final Map<String, Keyed> byHash = new HashMap<>();
    private final Map<String, Caller> subjects = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Caller> eldest) {
            return size() > MOST_SUBJECTS;
        }
    };

    private record Keyed(Caller caller, Optional<Instant> expires) {
    }

    Callers(CallerConfig config, Instance<OidcTokens> oidc) {
        this.config = config;
        this.oidc = oidc;
        anonymous = caller(ANONYMOUS, config.anonymous());
        config.keys().forEach((name, key) -> {
            String hash = key.sha256().strip().toLowerCase(Locale.ROOT);
            if (!hash.matches("[0-9a-f]{64}")) {
                throw new IllegalStateException("tesserae.gateway.callers.keys." + name + ".sha256 must be 64 hexadecimal digits");
            }
            byHash.put(hash, new Keyed(caller(name, key), key.expires()));
        });
    }

    private static Caller caller(String name, CallerConfig.Allowance allowance) {
        return new Caller(name, allowance.priority(), new Allowance(allowance, System::nanoTime));
    }

    /** Whether callers must say who they are. */
    public boolean mustSay() {
        return !byHash.isEmpty() || config.oidc().enabled();
    }

    /**
     * Who asks; a {@link Failure} where that is nobody we know.
     *
     * @param authorization the header of that name, null for none
     * @param key           a key sent in a header of its own ({@code x-api-key} or {@code api-key}), null for none
     */
    public CompletableFuture<Caller> whoIs(String authorization, String key) {
        if (!mustSay()) {
            return CompletableFuture.completedFuture(anonymous);
        }
        String credential = credential(authorization, key);
        if (credential == null) {
            return CompletableFuture.failedFuture(unknown("an API key is needed: send the header 'Authorization: Bearer KEY'"));
        }
        Keyed known = byHash.get(hash(credential));
        if (known != null && known.expires().filter(end -> !Instant.now().isBefore(end)).isPresent()) {
            return CompletableFuture.failedFuture(unknown("the API key has expired"));
        }
        if (known != null) {
            return CompletableFuture.completedFuture(known.caller());
        }
        // A key is no token: whoever keeps keys and tokens both should not have a mistyped key sent to the provider.
        if (config.oidc().enabled() && credential.chars().filter(one -> one == '.').count() == 2) {
            return byToken(credential);
        }
        return CompletableFuture.failedFuture(unknown("the API key is not known"));
    }

    private CompletableFuture<Caller> byToken(String token) {
        return oidc.get().subjectOf(token).handle((subject, thrown) -> {
            if (thrown != null) {
                throw unknown("the token is not valid");
            }
            if (!subject.allowed()) {
                throw Failure.of(Reason.PERMISSION_DENIED, "the token has none of the roles that this server asks for");
            }
            synchronized (subjects) {
                return subjects.computeIfAbsent(subject.name(), name -> caller("oidc:" + name, config.oidc()));
            }
        }).toCompletableFuture();
    }

    private static String credential(String authorization, String key) {
        String said = key;
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            said = authorization.substring(7).strip();
        }
        return said == null || said.isEmpty() || said.length() > LONGEST_CREDENTIAL ? null : said;
    }

    static String hash(String credential) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static Failure unknown(String why) {
        return Failure.of(Reason.UNAUTHENTICATED, why);
    }

    /** Everybody who has asked, and everybody with a key. */
    public List<Caller> all() {
        List<Caller> all = new ArrayList<>();
        byHash.values().forEach(known -> all.add(known.caller()));
        synchronized (subjects) {
            all.addAll(subjects.values());
        }
        if (!mustSay()) {
            all.add(anonymous);
        }
        return all;
    }
}
