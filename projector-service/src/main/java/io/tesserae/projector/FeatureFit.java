package io.tesserae.projector;

import static io.tesserae.engines.stage.RequestChecks.invalid;

import io.tesserae.contract.tensor.Tensor;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.engines.Float16;
import io.tesserae.engines.TensorSpec;
import io.tesserae.engines.batching.RowPart;
import io.tesserae.projector.v1.TileFeatures;
import io.tesserae.tensor.v1.NamedTensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fits one tile's features to the inputs of a graph: by name, in any order; features that the graph does not read are left
 * out; floating-point kinds are converted.
 *
 * @param wanted what the graph reads of one tile, without the batch axis
 */
record FeatureFit(List<TensorSpec> wanted) {

    /**
     * The parts of the tile's row. Throws a {@link io.tesserae.contract.failure.Failure} that names what does not fit.
     *
     * @param field the tile's place in the request, such as {@code tiles[2]}
     */
    Map<String, RowPart> fit(String field, TileFeatures tile) {
        Map<String, Integer> places = places(field, tile.getFeaturesList());
        Map<String, RowPart> row = new LinkedHashMap<>();
        for (TensorSpec spec : wanted) {
            Integer place = places.get(spec.name());
            if (place == null) {
                throw invalid(field + ".features", "lacks '" + spec.name() + "', which this projector reads");
            }
            String featureField = field + ".features[" + place + "].tensor";
            row.put(spec.name(), part(featureField, spec, tensor(featureField, tile.getFeatures(place))));
        }
        return row;
    }

    private static Map<String, Integer> places(String field, List<NamedTensor> features) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < features.size(); i++) {
            if (features.get(i).getName().isEmpty()) {
                throw invalid(field + ".features[" + i + "].name", "is empty");
            }
            if (places.put(features.get(i).getName(), i) != null) {
                throw invalid(field + ".features[" + i + "].name", "is '" + features.get(i).getName() + "' a second time");
            }
        }
        return places;
    }

    private static Tensor tensor(String field, NamedTensor feature) {
        try {
            return WireTensors.fromMessage(feature.getTensor());
        } catch (IllegalArgumentException malformed) {
            throw invalid(field, "('" + feature.getName() + "') is malformed: " + malformed.getMessage());
        }
    }

    private static RowPart part(String field, TensorSpec spec, Tensor tensor) {
        if (!Float16.converts(tensor.kind(), spec.kind())) {
            throw invalid(field, "('" + spec.name() + "') is " + tensor.kind() + ", must be " + spec.kind());
        }
        spec.shapeMismatch(tensor.shape()).ifPresent(wrong -> {
            throw invalid(field, "('" + spec.name() + "') " + wrong);
        });
        return RowPart.of(tensor, spec.kind());
    }
}
