package io.tesserae.gateway.stage;

import java.util.List;

/**
 * What the nerve's stage says of itself.
 *
 * @param own    name of the nerve that projects where nobody names one; empty at a stage that knows no names
 * @param nerves every nerve of the model, at least 1; {@code own} is one of them
 */
public record NerveCard(String model, String family, String revision, String engine, String own, List<Nerve> nerves) {

    /**
     * One of them.
     *
     * @param kind             school of projector, such as {@code pixel-shuffle}
     * @param tokensPerTile    0 where it varies
     * @param readsInstruction whether it looks at a picture with the question in mind
     */
    public record Nerve(String name, String kind, int tokensPerTile, boolean readsInstruction, String precision) {
    }

    /** The one that projects where nobody names one. */
    public Nerve ownNerve() {
        return nerves.stream().filter(nerve -> nerve.name().equals(own)).findFirst().orElseThrow();
    }

    /** Names of all. */
    public List<String> names() {
        return nerves.stream().map(Nerve::name).toList();
    }
}
