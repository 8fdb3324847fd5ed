package io.tesserae.llm.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.tesserae.contract.failure.Failure;
import io.tesserae.llm.v1.Constraint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every schema of the JSON Schema Test Suite: whatever is said is what an independent validator takes, or the schema is refused by its path. */
class SchemaSuiteTest {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final JsonSchemaFactory VALIDATORS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final int[] LENGTHS = {0, 12, 60, 200};

    @Test
    void whatIsSaidIsValid() throws IOException {
        JsonNode suite = JSON.readTree(Files.readString(Path.of("..", "end-to-end", "api", "schemas", "json-schema-suite.json")));
        Grammars grammars = new Grammars(Walker.TOKENS, ToolForm.HERMES, 1);
        List<String> wrong = new ArrayList<>();
        int held = 0;
        int answers = 0;
        for (JsonNode one : suite) {
            if (one.get("schema") instanceof ObjectNode schema) {
                // Some name a dialect that is nowhere to be read.
                schema.remove("$schema");
            }
            Grammar grammar;
            try {
                grammar = grammars.of(Constraint.newBuilder().setJsonSchema(one.get("schema").toString()).build());
            } catch (Failure refused) {
                assertEquals("start.constraint.json_schema", refused.field().orElse(""));
                assertTrue(refused.getMessage().contains("#") || refused.getMessage().contains("no value"), refused.getMessage());
                continue;
            }
            held++;
            for (int i = 0; i < LENGTHS.length; i++) {
                Walker.Walk walk = Walker.walk(grammar, new Random(i), Math.max(LENGTHS[i], grammar.guide().tokensToEnd()));
                answers++;
                String complaint = complaint(one.get("schema"), walk.text());
                if (!complaint.isEmpty()) {
                    wrong.add(one.get("file").asText() + ": " + one.get("description").asText() + " " + one.get("schema") + " -> " + walk.text() + ": " + complaint);
                }
            }
        }
        assertEquals(List.of(), wrong);
        Files.createDirectories(Path.of("target", "figures"));
        Files.writeString(Path.of("target", "figures", "schemas.txt"), "schemas held to: " + held + " of " + suite.size() + ", the rest refused by path; "
                + answers + " answers, all valid\n");
        assertTrue(held >= 200, held + " schemas");
    }

    private static String complaint(JsonNode schema, String text) {
        try {
            JsonNode value = JSON.readTree(text);
            return VALIDATORS.getSchema(schema).validate(value).stream().map(Object::toString).findFirst().orElse("");
        } catch (JsonProcessingException malformed) {
            return malformed.getOriginalMessage();
        }
    }
}
