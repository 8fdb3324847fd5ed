package io.tesserae.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Who may ask, and how much. With neither keys nor OIDC everybody may, as {@code anonymous}. */
@ConfigMapping(prefix = "tesserae.gateway.callers")
public interface CallerConfig {

    /** API keys by name. A caller may have several; the name is who they are in logs, and who owns their files. */
    Map<String, Key> keys();

    /** Callers with a token of the OpenID Connect provider that {@code quarkus.oidc.…} names; each is known by its subject. */
    Oidc oidc();

    /** Everybody, where there are neither keys nor OIDC. */
    Anonymous anonymous();

    /** How much a caller may ask. What is absent is unlimited. */
    interface Allowance {

        /** Requests a minute, as a bucket of so many that fills steadily. */
        OptionalInt requestsPerMinute();

        /** Tokens a minute, of prompts and answers. Counted when an answer ends; the bucket may then be below zero for a while. */
        OptionalLong tokensPerMinute();

        /** Tokens a day, counted likewise. */
        OptionalLong tokensPerDay();

        /** Requests under way at once. */
        OptionalInt concurrency();

        /** Whose turn comes first where requests wait, and who keeps a slot of the brain: lower goes first. */
        @WithDefault("0")
        int priority();
    }

    /** One API key. */
    interface Key extends Allowance {

        /** SHA-256 of the key, 64 hexadecimal digits; the key itself is nowhere kept. {@code ./tesserae key NAME} makes both. */
        String sha256();

        /** When the key ends, such as {@code 2027-01-31T00:00:00Z}. Absent: never. */
        Optional<Instant> expires();
    }

    /** Callers with a token of an identity provider. Each has this much for itself. */
    interface Oidc extends Allowance {

        /** Whether such tokens are taken. */
        @WithDefault("false")
        boolean enabled();

        /** Roles of which a token must have one. Absent: any token will do that the provider signed for us. */
        Optional<List<String>> roles();
    }

    /** Everybody together, where nobody says who they are. */
    interface Anonymous extends Allowance {
    }
}
