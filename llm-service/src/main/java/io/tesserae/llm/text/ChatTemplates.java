package io.tesserae.llm.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a checkpoint keeps its chat template, and the special tokens that templates print.
 *
 * @param sources  templates by name; {@code default} is the usual one, {@code tool_use} that for requests with tools. Empty where there is none
 * @param specials {@code bos_token}, {@code eos_token} and so on, those that the tokenizer has
 */
record ChatTemplates(Map<String, String> sources, Map<String, Object> specials) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] SPECIALS = {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "image_token"};

    static final String DEFAULT = "default";
    static final String TOOL_USE = "tool_use";

    /** Looks where Hugging Face looks: chat_template.jinja, chat_template.json, then tokenizer_config.json. */
    static ChatTemplates of(ModelFolder folder) {
        JsonNode config = json(folder, "tokenizer_config.json");
        Map<String, String> sources = new HashMap<>();
        JsonNode embedded = config.path("chat_template");
        if (embedded.isTextual()) {
            sources.put(DEFAULT, embedded.asText());
        }
        for (JsonNode named : embedded) {
            sources.put(named.path("name").asText(), named.path("template").asText());
        }
        Optional.of(json(folder, "chat_template.json").path("chat_template")).filter(JsonNode::isTextual)
                .ifPresent(source -> sources.put(DEFAULT, source.asText()));
        folder.text("chat_template.jinja").ifPresent(source -> sources.put(DEFAULT, source));
        Map<String, Object> specials = new LinkedHashMap<>();
        for (String name : SPECIALS) {
            JsonNode token = config.path(name);
            String content = token.isObject() ? token.path("content").asText() : token.isTextual() ? token.asText() : null;
            if (content != null) {
                specials.put(name, content);
            }
        }
        return new ChatTemplates(sources, specials);
    }

    private static JsonNode json(ModelFolder folder, String file) {
        try {
            return JSON.readTree(folder.text(file).orElse("{}"));
        } catch (JsonProcessingException malformed) {
            throw new ModelFolderException(folder.root().resolve(file) + " is not JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }
}
