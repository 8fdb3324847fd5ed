package io.tesserae.llm.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.llm.grammar.schema.JsonTerms;
import io.tesserae.llm.grammar.schema.SchemaException;
import io.tesserae.llm.grammar.schema.SchemaTerms;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Answers that call tools, in a model's own form. */
final class ToolGrammar {

    private final Terms terms;
    private final JsonTerms json;
    private final ToolForm form;

    ToolGrammar(Terms terms, ToolForm form) {
        this.terms = terms;
        this.json = new JsonTerms(terms);
        this.form = form;
    }

    /**
     * @param tools    in OpenAI's form, at least 1
     * @param required whether one must be called, and nothing else said
     * @param parallel whether several may be
     * @param words    what is said where none is called; null for anything
     */
    Term of(JsonNode tools, boolean required, boolean parallel, Term words) {
        List<Term> calls = new ArrayList<>();
        for (int i = 0; i < tools.size(); i++) {
            calls.add(call(tools.get(i).path("function"), "tools[" + i + "].function"));
        }
        Term one = terms.sequence(terms.literal(form.opening()), terms.either(calls), terms.literal(form.closing()));
        // A form without marks has no place for a second call.
        boolean several = parallel && form == ToolForm.HERMES;
        Term all = several ? terms.sequence(one, terms.repeat(terms.sequence(terms.literal("\n"), one), 0, Terms.UNBOUNDED)) : one;
        if (required) {
            return all;
        }
        if (words != null) {
            return terms.either(all, words);
        }
        if (form == ToolForm.HERMES) {
            String mark = form.opening().strip();
            return terms.sequence(Automaton.without(terms, mark.getBytes(StandardCharsets.UTF_8)), terms.optional(all));
        }
        // Whatever does not begin as a call does.
        Term others = terms.sequence(terms.bytes(ByteSet.ranges(0, '{' - 1, '{' + 1, 255)), terms.repeat(terms.bytes(ByteSet.ranges(0, 255)), 0, Terms.UNBOUNDED));
        return terms.either(terms.empty(), others, all);
    }

    private Term call(JsonNode function, String path) {
        String name = function.path("name").asText();
        return terms.sequence(terms.literal(form.before(function.path("name").toString())), arguments(function, path + ".parameters", name), terms.literal("}"));
    }

    private Term arguments(JsonNode function, String path, String name) {
        JsonNode parameters = function.path("parameters");
        if (parameters.isMissingNode() || parameters.isNull() || parameters.isObject() && parameters.isEmpty()) {
            return terms.literal("{}");
        }
        try {
            return SchemaTerms.of(terms, json, parameters);
        } catch (SchemaException refused) {
            if (function.path("strict").asBoolean()) {
                throw Failure.inField(Reason.INVALID_FIELD, "start.constraint." + path, "the parameters of '" + name + "' cannot be held to: " + refused.getMessage());
            }
            // Without strict, OpenAI promises no more than an attempt: it is JSON, at least.
            return json.anyObject();
        }
    }
}
