package io.tesserae.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** Reads JSON that strangers send: bounded in depth and in the length of numbers and names, no field given twice, nothing after it. */
@ApplicationScoped
class JsonReader {

    private static final int LONGEST_NUMBER = 64;
    private static final int LONGEST_NAME = 1_024;
    /** Names, values and brackets: what a body costs beside its length. Far more than any conversation has. */
    private static final long MOST_TOKENS = 200_000;

    private final ObjectMapper mapper;

    JsonReader(GatewayConfig config) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(config.limits().jsonDepth())
                .maxNumberLength(LONGEST_NUMBER)
                .maxNameLength(LONGEST_NAME)
                .maxTokenCount(MOST_TOKENS)
                .maxStringLength((int) Math.min(Integer.MAX_VALUE - 8L, config.limits().body().asLongValue()))
                .build();
        mapper = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(constraints)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** The one JSON value of a body, or a failure that says where it goes wrong, without quoting it. */
    JsonNode read(byte[] body) {
        JsonNode node;
        try {
            node = mapper.readTree(body);
        } catch (StreamConstraintsException beyond) {
            throw Failure.of(Reason.INVALID_FIELD, "the body's JSON is nested too deep, holds too many values, or a name or number that is too long");
        } catch (JsonProcessingException malformed) {
            var where = malformed.getLocation();
            throw Failure.of(Reason.INVALID_FIELD, "the body is not valid JSON"
                    + (where == null ? "" : " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")"));
        } catch (IOException impossible) {
            throw Failure.of(Reason.INVALID_FIELD, "the body cannot be read");
        }
        if (node == null || node.isMissingNode()) {
            throw Failure.of(Reason.INVALID_FIELD, "the body is empty; it must be a JSON object");
        }
        return node;
    }
}
