package io.tesserae.projector;

import io.tesserae.contract.model.Manifest;
import io.tesserae.projector.v1.DescribeResponse;

/** The card of a projector, as far as its manifest and settings know it. */
final class NerveCard {

    private NerveCard() {
    }

    static DescribeResponse.Builder of(Manifest model, ProjectorSettings settings) {
        Manifest.Projector projector = model.projector();
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
}
