package io.tesserae.endtoend;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans over OTLP, as any collector does. */
final class TraceCollector extends TraceServiceGrpc.TraceServiceImplBase implements AutoCloseable {

    /** A span and who sent it. */
    record Sent(String service, Span span) {

        String id() {
            return HexFormat.of().formatHex(span.getSpanId().toByteArray());
        }

        String parent() {
            return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
        }

        String trace() {
            return HexFormat.of().formatHex(span.getTraceId().toByteArray());
        }
    }

    private final List<Sent> spans = new CopyOnWriteArrayList<>();
    private final Server server;

    TraceCollector() {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).addService(this).build().start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a service is told to send here by. */
    List<String> properties() {
        return List.of("-Dotel.exporter.otlp.endpoint=http://localhost:" + server.getPort(), "-Dotel.bsp.schedule.delay=100");
    }

    @Override
    public void export(ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> answer) {
        for (ResourceSpans of : request.getResourceSpansList()) {
            String service = of.getResource().getAttributesList().stream().filter(attribute -> attribute.getKey().equals("service.name"))
                    .map(KeyValue::getValue).map(value -> value.getStringValue()).findFirst().orElse("");
            of.getScopeSpansList().forEach(scope -> scope.getSpansList().forEach(span -> spans.add(new Sent(service, span))));
        }
        answer.onNext(ExportTraceServiceResponse.getDefaultInstance());
        answer.onCompleted();
    }

    /** Spans of a trace so far. */
    List<Sent> of(String trace) {
        return spans.stream().filter(sent -> sent.trace().equals(trace)).toList();
    }

    /** All spans so far. */
    List<Sent> all() {
        return List.copyOf(spans);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
