package io.tesserae.gateway.stage;

import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.tesserae.contract.channel.ReplicaCalls;
import io.tesserae.contract.channel.StageChannels;
import io.tesserae.contract.channel.StageTls;
import io.tesserae.contract.metric.Metrics;
import io.tesserae.gateway.errand.Timers;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** The gateway's channels. Nothing is connected before the first call. */
@ApplicationScoped
public class StageLinks {

    private final StageLink vision;
    private final StageLink projector;
    private final StageLink llm;

    StageLinks(GatewayConfig config, Timers timers, MeterRegistry registry) {
        vision = link(RemoteStage.VISION, config.vision(), config, timers, registry);
        projector = link(RemoteStage.PROJECTOR, config.projector(), config, timers, registry);
        llm = link(RemoteStage.LLM, config.llm(), config, timers, registry);
    }

    /** How those channels are secured. */
    public static StageTls tls(GatewayConfig config) {
        return new StageTls(config.tls().trust(), config.tls().certificate(), config.tls().key());
    }

    private static StageLink link(
            RemoteStage stage, String address, GatewayConfig config, Timers timers, MeterRegistry registry) {
        ManagedChannel channel = StageChannels.open(address, tls(config));
        Counter retries = registry.counter(Metrics.RETRIES, Metrics.TAG_STAGE, stage.tag());
        Counter hedges = registry.counter(Metrics.HEDGES, Metrics.TAG_STAGE, stage.tag());
        ReplicaCalls calls = new ReplicaCalls(channel, config.patience(), config.hedging(), timers.clock(), new ReplicaCalls.Count() {
            @Override
            public void retried() {
                retries.increment();
            }

            @Override
            public void hedged() {
                hedges.increment();
            }
        });
        return new StageLink(stage, channel, StageChannels.isRemote(address), calls, config.patience(),
                registry.counter(Metrics.FAILOVERS, Metrics.TAG_STAGE, stage.tag()));
    }

    /** Has a malformed address stop the start, not the first request. */
    void opened(@Observes StartupEvent start) {
        // Being observed is what makes this bean exist.
    }

    StageLink vision() {
        return vision;
    }

    StageLink projector() {
        return projector;
    }

    StageLink llm() {
        return llm;
    }

    @PreDestroy
    void close() {
        vision.close();
        projector.close();
        llm.close();
    }
}
