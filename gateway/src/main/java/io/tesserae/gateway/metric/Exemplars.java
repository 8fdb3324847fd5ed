package io.tesserae.gateway.metric;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.client.exemplars.DefaultExemplarSampler;
import io.prometheus.client.exemplars.ExemplarSampler;
import io.prometheus.client.exemplars.tracer.common.SpanContextSupplier;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Has histograms remember the trace that a time was measured in: from a slow bucket it is one step to a slow request. Seen in the OpenMetrics format alone. */
@Singleton
class Exemplars {

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    Optional<ExemplarSampler> sampler() {
        return Optional.of(new DefaultExemplarSampler(new CurrentSpan()));
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
