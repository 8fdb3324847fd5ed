package io.tesserae.families;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The families at hand, found by the service loader, which lists what is annotated {@code @AutoService(Family.class)}: adding one touches its own folder alone. */
public final class Families {

    private final Map<String, Family> byName = new TreeMap<>();

    /** All families on the class path. */
    public Families() {
        ServiceLoader.load(Family.class, Families.class.getClassLoader()).forEach(family -> byName.put(family.name(), family));
    }

    /** The family of that name. Throws {@link UnsupportedModelException} that lists those there are. */
    public Family named(String name) {
        Family family = byName.get(name);
        if (family == null) {
            throw new UnsupportedModelException("family '" + name + "' is not known; known: " + String.join(", ", byName.keySet()));
        }
        return family;
    }
}
