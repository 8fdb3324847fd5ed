package io.tesserae.gateway.caller;

import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.TenantIdentityProvider;
import io.tesserae.gateway.config.CallerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Tokens of an OpenID Connect provider, verified by Quarkus: signature, issuer, audience and time, as {@code quarkus.oidc.…} says. */
@ApplicationScoped
class OidcTokens {

    private final TenantIdentityProvider provider;
    private final List<String> roles;

    OidcTokens(TenantIdentityProvider provider, CallerConfig config) {
        this.provider = provider;
        roles = config.oidc().roles().orElse(List.of());
    }

    /** A token's owner. */
    record Subject(String name, boolean allowed) {
    }

    /** Whose token it is; the promise is broken where it is not good. */
    CompletionStage<Subject> subjectOf(String token) {
        return provider.authenticate(new AccessTokenCredential(token))
                .map(identity -> new Subject(identity.getPrincipal().getName(),
                        roles.isEmpty() || roles.stream().anyMatch(identity::hasRole)))
                .subscribeAsCompletionStage();
    }
}
