package io.tesserae.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every key of callers, of the content-safety service and of the operators' port maps, and its default is the one that is documented. */
class CallerConfigTest {

    private static <T> T with(Class<T> mapping, String prefix, Map<String, String> keys) {
        Map<String, String> prefixed = new HashMap<>();
        keys.forEach((key, value) -> prefixed.put(prefix + key, value));
        return new SmallRyeConfigBuilder().withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(prefixed, "test", 100)).withMapping(mapping).build().getConfigMapping(mapping);
    }

    private static CallerConfig callers(Map<String, String> keys) {
        return with(CallerConfig.class, "tesserae.gateway.callers.", keys);
    }

    @Test
    void nobodyHasToSayWhoTheyAreByDefault() {
        CallerConfig config = callers(Map.of());
        assertTrue(config.keys().isEmpty());
        assertFalse(config.oidc().enabled());
        assertTrue(config.oidc().roles().isEmpty());
        assertTrue(config.anonymous().requestsPerMinute().isEmpty());
        assertEquals(0, config.anonymous().priority());
    }

    @Test
    void mapsEveryKeyOfACaller() {
        for (String who : List.of("keys.alice", "oidc", "anonymous")) {
            CallerConfig config = callers(Map.of("keys.alice.sha256", "ab", who + ".requests-per-minute", "1", who + ".tokens-per-minute", "2",
                    who + ".tokens-per-day", "3", who + ".concurrency", "4", who + ".priority", "-5"));
            CallerConfig.Allowance allowance = who.equals("oidc") ? config.oidc() : who.equals("anonymous") ? config.anonymous() : config.keys().get("alice");
            assertEquals(1, allowance.requestsPerMinute().getAsInt());
            assertEquals(2, allowance.tokensPerMinute().getAsLong());
            assertEquals(3, allowance.tokensPerDay().getAsLong());
            assertEquals(4, allowance.concurrency().getAsInt());
            assertEquals(-5, allowance.priority());
        }
        CallerConfig.Key key = callers(Map.of("keys.alice.sha256", "ab", "keys.alice.expires", "2027-01-31T00:00:00Z")).keys().get("alice");
        assertEquals("ab", key.sha256());
        assertEquals(Instant.parse("2027-01-31T00:00:00Z"), key.expires().orElseThrow());
        CallerConfig.Oidc oidc = callers(Map.of("oidc.enabled", "true", "oidc.roles", "a,b")).oidc();
        assertTrue(oidc.enabled());
        assertEquals(List.of("a", "b"), oidc.roles().orElseThrow());
    }

    @Test
    void safetyAndManagement() {
        SafetyConfig none = with(SafetyConfig.class, "tesserae.gateway.safety.", Map.of());
        assertTrue(none.address().isEmpty());
        assertEquals(Duration.ofSeconds(5), none.timeout());
        assertTrue(none.images());
        assertFalse(none.open());
        SafetyConfig all = with(SafetyConfig.class, "tesserae.gateway.safety.", Map.of("address", "a:1", "timeout", "2s", "images", "false", "open", "true"));
        assertEquals("a:1", all.address().orElseThrow());
        assertEquals(Duration.ofSeconds(2), all.timeout());
        assertFalse(all.images());
        assertTrue(all.open());
        ManagementConfig beside = with(ManagementConfig.class, "tesserae.gateway.management.", Map.of());
        assertTrue(beside.port().isEmpty());
        assertEquals("127.0.0.1", beside.host());
        ManagementConfig apart = with(ManagementConfig.class, "tesserae.gateway.management.", Map.of("port", "9400", "host", "0.0.0.0"));
        assertEquals(9_400, apart.port().getAsInt());
        assertEquals("0.0.0.0", apart.host());
    }
}
