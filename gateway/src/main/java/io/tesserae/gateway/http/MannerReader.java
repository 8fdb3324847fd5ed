package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.tesserae.gateway.Manner;

/** Reads how an answer is to be given: tools, form, variables of the template, haste. */
final class MannerReader {

    private MannerReader() {
    }

    static Manner chat(Fields body) {
        return new Manner(ToolsReader.chat(body), AnswerFormReader.read(body, "response_format", true), templateVariables(body), priority(body));
    }

    static String templateVariables(Fields body) {
        JsonNode variables = body.any("chat_template_kwargs");
        if (variables == null) {
            return "";
        }
        if (!variables.isObject()) {
            throw body.bad("chat_template_kwargs", "must be an object");
        }
        for (String taken : new String[] {"messages", "tools", "add_generation_prompt"}) {
            if (variables.has(taken)) {
                throw body.bad("chat_template_kwargs", "must not set '" + taken + "', which the request says elsewhere");
            }
        }
        return variables.isEmpty() ? "" : variables.toString();
    }

    /** Lower goes first. */
    static int priority(Fields body) {
        String tier = body.string("service_tier");
        return switch (tier == null ? "auto" : tier) {
            case "auto", "default" -> 0;
            case "flex" -> 1;
            case "priority" -> -1;
            default -> throw body.bad("service_tier", "must be 'auto', 'default', 'flex' or 'priority'");
        };
    }

    /** What an answer says of the same. */
    static String tier(int priority) {
        return priority > 0 ? "flex" : priority < 0 ? "priority" : "default";
    }
}
