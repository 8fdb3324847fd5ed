package io.tesserae.projector;

import io.tesserae.contract.model.Manifest;
import io.tesserae.projector.v1.DescribeResponse;

/** The card of a projector, as far as its manifest and settings know it. */
final class NerveCard {

    private NerveCard() {
    }

    static DescribeResponse.Builder of(Manifest model, Manifest.Projector projector, ProjectorSettings settings) {
        return DescribeResponse.newBuilder()
                .setModel(model.name())
                .setFamily(model.family())
                .setRevision(model.revision())
                .setKind(projector.kind() == null ? "" : projector.kind())
                .addAllInputs(projector.inputs())
                .setTokensPerTile(projector.tokensPerTile())
                .setWidth(projector.width())
                .setPrecision(projector.precision() == null ? "" : projector.precision())
                .setMaxBatch(settings.maxBatch());
    }

    /** What a list of a model's nerves says of one. */
    static io.tesserae.projector.v1.Nerve entry(String name, DescribeResponse card) {
        return io.tesserae.projector.v1.Nerve.newBuilder()
                .setName(name)
                .setKind(card.getKind())
                .addAllInputs(card.getInputsList())
                .setTokensPerTile(card.getTokensPerTile())
                .setPrecision(card.getPrecision())
                .setReadsInstruction(card.getReadsInstruction())
                .build();
    }
}
