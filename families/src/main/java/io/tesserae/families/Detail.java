package io.tesserae.families;

/** How closely to look at a picture: the {@code detail} of OpenAI's {@code image_url}. */
public enum Detail {
    /** What the checkpoint's own processor does with that picture. */
    AUTO,
    /** The overview only. */
    LOW,
    /** The overview and as many tiles as the family makes of that picture. */
    HIGH
}
