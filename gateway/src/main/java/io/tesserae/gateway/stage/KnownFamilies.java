package io.tesserae.gateway.stage;

import io.tesserae.families.Families;
import io.tesserae.families.Family;
import jakarta.enterprise.context.ApplicationScoped;

/** The families that plan pictures here: all on the class path. */
@ApplicationScoped
public class KnownFamilies {

    private final Families families = new Families();

    /** The family of that name. Throws {@link io.tesserae.families.UnsupportedModelException} that lists those there are. */
    public Family named(String name) {
        return families.named(name);
    }
}
