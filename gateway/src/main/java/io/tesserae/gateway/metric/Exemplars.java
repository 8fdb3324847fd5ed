package io.tesserae.gateway.metric;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.client.exemplars.DefaultExemplarSampler;
import io.prometheus.client.exemplars.ExemplarSampler;
import io.prometheus.client.exemplars.tracer.common.SpanContextSupplier;
import io.prometheus.client.exporter.common.TextFormat;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Has histograms remember the trace that a time was measured in: from a slow bucket it is one step to a slow request. Seen in the OpenMetrics format alone. */
@Singleton
class Exemplars {

    private static final String ACCEPT = "accept";
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final int FIRST = 1_000;

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    Optional<ExemplarSampler> sampler() {
        return Optional.of(new DefaultExemplarSampler(new CurrentSpan()));
    }

    /**
     * Prometheus asks for OpenMetrics first and for plain text last; the page's own choice takes the first type that it has to the letter, which is
     * the last, and without exemplars.
     */
    void prefer(@Observes Filters filters) {
        filters.register(routing -> {
            String accept = routing.request().getHeader(ACCEPT);
            if (accept != null && accept.contains(OPEN_METRICS) && routing.request().path().endsWith("/metrics")) {
                routing.request().headers().set(ACCEPT, TextFormat.CONTENT_TYPE_OPENMETRICS_100);
            }
            routing.next();
        }, FIRST);
    }

    private static final class CurrentSpan implements SpanContextSupplier {

        @Override
        public String getTraceId() {
            return span().getTraceId();
        }

        @Override
        public String getSpanId() {
            return span().getSpanId();
        }

        @Override
        public boolean isSampled() {
            return span().isSampled();
        }

        private static SpanContext span() {
            return Span.current().getSpanContext();
        }
    }
}
