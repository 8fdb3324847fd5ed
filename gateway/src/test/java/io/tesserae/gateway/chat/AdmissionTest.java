package io.tesserae.gateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.caller.Visit;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.errand.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whose turn it is, and who is sent away. */
class AdmissionTest {

    private final GatewayConfig config = new SmallRyeConfigBuilder()
            .withConverter(MemorySize.class, 200, new MemorySizeConverter())
            .withConverter(Duration.class, 200, new DurationConverter())
            .withSources(new PropertiesConfigSource(Map.of("tesserae.gateway.requests.running", "1", "tesserae.gateway.requests.waiting", "3"), "test", 100))
            .withMapping(GatewayConfig.class).build().getConfigMapping(GatewayConfig.class);
    private final Errands errands = new Errands(new Timers(), config, "test");
    private final Admission admission = new Admission(config, new GatewayMetrics(new SimpleMeterRegistry()));
    private final List<String> begun = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();

    private Errand comes(String name, int urgency) {
        Visit visit = Visit.ofNobody(name);
        visit.urgency(urgency);
        Errand errand = errands.begin(visit, header -> null);
        admission.admit(errand, () -> {
            begun.add(name);
            CompletableFuture<Void> end = new CompletableFuture<>();
            ends.add(end);
            return end;
        }, failure -> {
            assertEquals(failure.reason() == Reason.QUEUE_FULL, failure.retryAfterSeconds() > 0);
            refused.add(name);
        });
        return errand;
    }

    private void oneEnds() {
        ends.get(ends.size() - 1).complete(null);
    }

    @Test
    void theUrgentGoFirstAndAmongEqualsWhoeverCameFirst() {
        comes("running", 0);
        comes("first", 0);
        comes("second", 0);
        comes("urgent", -1);
        for (int i = 0; i < 4; i++) {
            oneEnds();
        }
        assertEquals(List.of("running", "urgent", "first", "second"), begun);
        assertEquals(0, admission.running());
    }

    @Test
    void theNewestOfTheLeastUrgentIsSentAway() {
        comes("running", 0);
        comes("a", 1);
        comes("b", 1);
        comes("c", 0);
        comes("d", 1);
        assertEquals(List.of("d"), refused, "nobody is less urgent than the newcomer");
        comes("e", 0);
        assertEquals(List.of("d", "b"), refused);
        comes("f", -1);
        assertEquals(List.of("d", "b", "a"), refused);
        comes("g", 0);
        assertEquals(List.of("d", "b", "a", "g"), refused, "the newest of equals is the newcomer");
        for (int i = 0; i < 4; i++) {
            oneEnds();
        }
        assertEquals(List.of("running", "f", "c", "e"), begun);
    }

    @Test
    void whoLeavesTheQueueIsToldOnce() {
        comes("running", 0);
        Errand leaver = comes("leaver", 0);
        comes("stays", 0);
        leaver.abandon();
        leaver.abandon();
        assertEquals(List.of("leaver"), refused);
        oneEnds();
        assertEquals(List.of("running", "stays"), begun);
        assertEquals(0, admission.waiting());
    }
}
