package io.tesserae.contract.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where this process' spans go. OpenTelemetry's own settings are all there is ({@code OTEL_EXPORTER_OTLP_ENDPOINT},
 * {@code OTEL_TRACES_SAMPLER}, …, or system properties of like names); without one that names a destination nothing is traced, and
 * nothing of the SDK is loaded.
 */
public final class Tracing {

    private static final String SCOPE = "io.tesserae";
    private static final List<String> DESTINATIONS =
            List.of("otel.exporter.otlp.endpoint", "otel.exporter.otlp.traces.endpoint", "otel.traces.exporter");

    private static volatile OpenTelemetry telemetry;

    private Tracing() {
    }

    /** Begins to trace, if that is wanted. One JVM has one name: the first call's, unless {@code OTEL_SERVICE_NAME} says otherwise. */
    public static synchronized void start(String service) {
        if (telemetry == null) {
            telemetry = wanted() ? configured(service) : OpenTelemetry.noop();
        }
    }

    /** For tests: what is used from here on. */
    public static synchronized void use(OpenTelemetry other) {
        telemetry = other;
    }

    private static OpenTelemetry configured(String service) {
        return AutoConfiguredOpenTelemetrySdk.builder()
                // Metrics are scraped and logs are written to standard output.
                .addPropertiesSupplier(() -> Map.of("otel.service.name", service, "otel.metrics.exporter", "none", "otel.logs.exporter", "none"))
                .setServiceClassLoader(Tracing.class.getClassLoader())
                .build().getOpenTelemetrySdk();
    }

    private static boolean wanted() {
        return !setting("otel.sdk.disabled").map(Boolean::parseBoolean).orElse(false)
                && !setting("otel.traces.exporter").filter("none"::equals).isPresent()
                && DESTINATIONS.stream().anyMatch(name -> setting(name).isPresent());
    }

    private static Optional<String> setting(String name) {
        String value = System.getProperty(name, System.getenv(name.toUpperCase(Locale.ROOT).replace('.', '_')));
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    private static OpenTelemetry telemetry() {
        OpenTelemetry now = telemetry;
        return now == null ? OpenTelemetry.noop() : now;
    }

    /** Makes spans; they lead nowhere where nothing is traced. */
    public static Tracer tracer() {
        return telemetry().getTracer(SCOPE);
    }

    /** How a trace travels in headers. */
    public static TextMapPropagator propagator() {
        return telemetry().getPropagators().getTextMapPropagator();
    }
}
