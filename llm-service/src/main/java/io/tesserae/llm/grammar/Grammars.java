package io.tesserae.llm.grammar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.grammar.schema.JsonTerms;
import io.tesserae.llm.grammar.schema.SchemaException;
import io.tesserae.llm.grammar.schema.SchemaTerms;
import io.tesserae.llm.v1.Constraint;
import io.tesserae.llm.v1.ToolCalls;
import java.util.LinkedHashMap;
import java.util.Map;

/** The grammars of one brain, by what was asked for; those asked for lately are kept, with what was worked out of them. Thread-safe. */
public final class Grammars {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_SCHEMA = 256 << 10;

    private final TokenTrie tokens;
    private final ToolForm tools;
    private final Map<Constraint, Grammar> kept;

    /**
     * @param tools how the model writes calls of tools; null where that is not known
     * @param keep  grammars that are kept
     */
    public Grammars(TokenTrie tokens, ToolForm tools, int keep) {
        this.tokens = tokens;
        this.tools = tools;
        this.kept = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Constraint, Grammar> eldest) {
                return size() > keep;
            }
        };
    }

    /** The grammar of a constraint. Throws {@link Failure} naming what cannot be held to. */
    public Grammar of(Constraint constraint) {
        synchronized (kept) {
            Grammar known = kept.get(constraint);
            if (known != null) {
                return known;
            }
        }
        Grammar fresh = new Grammar(term(constraint), tokens);
        synchronized (kept) {
            Grammar known = kept.putIfAbsent(constraint, fresh);
            return known == null ? fresh : known;
        }
    }

    private Term term(Constraint constraint) {
        Terms terms = new Terms();
        Term term = switch (constraint.getFormCase()) {
            case JSON_OBJECT -> new JsonTerms(terms).anyObject();
            case JSON_SCHEMA -> schema(terms, constraint.getJsonSchema());
            case TOOL_CALLS -> calls(terms, constraint.getToolCalls());
            case FORM_NOT_SET -> throw Failure.inField(Reason.INVALID_FIELD, "start.constraint", "a constraint must say a form");
        };
        terms.rulesAreSaid();
        if (term.measureAgain() >= Term.NEVER) {
            throw Failure.inField(Reason.INVALID_FIELD, "start.constraint.json_schema", "no value is one that the schema takes");
        }
        return term;
    }

    private static Term schema(Terms terms, String text) {
        try {
            return SchemaTerms.of(terms, new JsonTerms(terms), parse("start.constraint.json_schema", text));
        } catch (SchemaException refused) {
            throw Failure.inField(Reason.INVALID_FIELD, "start.constraint.json_schema", "the schema cannot be held to: " + refused.getMessage());
        }
    }

    private Term calls(Terms terms, ToolCalls calls) {
        if (tools == null) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, "start.constraint.tools", "this checkpoint writes calls of tools in a form that is not read here");
        }
        JsonNode list = parse("start.constraint.tools", calls.getTools());
        if (!list.isArray() || list.isEmpty()) {
            throw Failure.inField(Reason.INVALID_FIELD, "start.constraint.tools", "tools must be a list of at least one");
        }
        Term words = calls.getJsonObject() ? new JsonTerms(terms).anyObject() : calls.getJsonSchema().isEmpty() ? null : schema(terms, calls.getJsonSchema());
        return new ToolGrammar(terms, tools).of(list, calls.getRequired(), calls.getParallel(), words);
    }

    private static JsonNode parse(String field, String text) {
        if (text.length() > LONGEST_SCHEMA) {
            throw Failure.inField(Reason.INVALID_FIELD, field, "may have at most " + LONGEST_SCHEMA + " characters");
        }
        try {
            JsonNode node = JSON.readTree(text);
            if (node != null && !node.isMissingNode()) {
                return node;
            }
        } catch (JsonProcessingException malformed) {
            throw Failure.inField(Reason.INVALID_FIELD, field, "is not JSON: " + malformed.getOriginalMessage());
        }
        throw Failure.inField(Reason.INVALID_FIELD, field, "is empty");
    }
}
