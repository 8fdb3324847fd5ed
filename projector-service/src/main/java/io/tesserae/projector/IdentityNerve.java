package io.tesserae.projector;

import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.engines.Cancellation;
import io.tesserae.engines.TensorSpec;
import io.tesserae.engines.batching.RowPart;
import io.tesserae.projector.v1.DescribeResponse;
import io.tesserae.projector.v1.TileFeatures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A projector for models whose eye gives embeddings already (the published ONNX layout of transformers.js): the one feature passes through. */
final class IdentityNerve implements Nerve {

    static final String KIND = "identity";

    private final DescribeResponse card;
    private final String input;
    private final FeatureFit fit;

    IdentityNerve(Manifest model, Manifest.Projector manifest, ProjectorSettings settings) {
        this.card = NerveCard.of(model, manifest, settings).setEngine(KIND).build();
        this.input = manifest.inputs().get(0);
        long tokens = manifest.tokensPerTile() == 0 ? TensorSpec.ANY : manifest.tokensPerTile();
        long width = manifest.width() == 0 ? TensorSpec.ANY : manifest.width();
        this.fit = new FeatureFit(List.of(new TensorSpec(input, ElementKind.FLOAT32, new long[] {tokens, width})));
    }

    @Override
    public DescribeResponse card() {
        return card;
    }

    @Override
    public CompletionStage<Projected> project(List<TileFeatures> tiles, List<Long> instructionIds, Cancellation cancellation) {
        List<Tensor> embeddings = new ArrayList<>();
        for (int i = 0; i < tiles.size(); i++) {
            embeddings.add(written(fit.fit("tiles[" + i + "]", tiles.get(i)).get(input)));
        }
        return CompletableFuture.completedFuture(new Projected(embeddings, Collections.nCopies(tiles.size(), List.of()), Duration.ZERO, Duration.ZERO, tiles.size()));
    }

    private static Tensor written(RowPart part) {
        int bytes = Math.toIntExact(Tensor.elements(part.shape()) * part.kind().bytes());
        ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        part.writeTo(data);
        return new Tensor(part.kind(), part.shape(), data);
    }

    @Override
    public void check() {
        // It has nothing that could fail.
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
