package io.tesserae.contract.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsTest {

    @Test
    void namesAreOursAndDistinct() throws IllegalAccessException {
        List<String> names = new ArrayList<>();
        for (Field field : Metrics.class.getFields()) {
            if (!field.getName().startsWith("TAG_")) {
                names.add((String) field.get(null));
            }
        }
        assertTrue(names.size() >= 20, names::toString);
        assertEquals(names.size(), new HashSet<>(names).size(), names::toString);
        names.forEach(name -> assertTrue(name.matches("tesserae(\\.[a-z]+)+"), name));
    }

    /** Dashboards and alerts read these: a renamed stage breaks them. */
    @Test
    void stageTagsStayAsTheyAre() {
        assertEquals(List.of("fetch", "decode", "tile", "queue", "encode", "project", "prefill", "decode_tokens", "transfer"),
                Stream.of(Stage.values()).map(Stage::tag).toList());
    }
}
