package io.tesserae.llm.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.model.ModelFolderException;
import io.tesserae.llm.grammar.ToolForm;
import io.tesserae.llm.template.ChatTemplate;
import io.tesserae.llm.template.TemplateException;
import io.tesserae.llm.v1.ChatMessage;
import io.tesserae.llm.v1.ContentPart;
import io.tesserae.llm.v1.RenderChatRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A conversation to prompt text by the checkpoint's own template, cut where pictures stand. Thread-safe.
 *
 * <p>Templates take a message's content as a string, as a list of parts, or either; rendering a probe finds out which. One that takes lists gets
 * one for every message with a picture or several parts, as Hugging Face's processors pass it. One that takes strings alone gets the message's
 * image tokens, then its texts, one a line, as vLLM puts them together: LLaVA's reference writes {@code <image>\n} before the question.
 */
public final class ChatRenderer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");
    private static final String PROBE = "Needle in a haystack";

    private record Template(ChatTemplate template, boolean takesLists, boolean takesStrings, boolean offersTools) {
    }

    private final String model;
    private final String imageToken;
    private final Map<String, Template> templates;
    private final Optional<ToolForm> toolForm;

    /** Reads a folder's templates. One without a template can still generate, but not render. */
    public ChatRenderer(ModelFolder folder) {
        this.model = folder.manifest().name();
        this.imageToken = folder.manifest().llm().printedImageToken();
        ChatTemplates found = ChatTemplates.of(folder);
        this.toolForm = ToolForm.of(found.sources().getOrDefault(ChatTemplates.TOOL_USE, found.sources().getOrDefault(ChatTemplates.DEFAULT, "")));
        this.templates = found.sources().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> {
            try {
                ChatTemplate template = ChatTemplate.of(entry.getValue(), found.specials());
                return new Template(template, template.takesContentParts(), takesStrings(template), ToolForm.offersTools(entry.getValue()));
            } catch (TemplateException unreadable) {
                throw new ModelFolderException("the chat template of " + model + " cannot be read: " + unreadable.getMessage(), unreadable);
            }
        }));
    }

    /** How the model writes calls of tools; empty where its template shows it tools in a form that is not known here. */
    public Optional<ToolForm> toolForm() {
        return toolForm;
    }

    private static boolean takesStrings(ChatTemplate template) {
        try {
            return template.render(List.of(message("user", PROBE)), true, Map.of()).contains(PROBE);
        } catch (TemplateException refused) {
            return false;
        }
    }

    private static Map<String, Object> message(String role, Object content) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }

    /** Renders. Throws {@link Failure} naming the field that is wrong, or with the template's own words. */
    public List<ContentPart> render(RenderChatRequest asked) {
        RenderChatRequest request = asked;
        if (!asked.getTools().isEmpty() && toolForm.isEmpty()) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, "tools", "model " + model + " writes calls of tools in a form that is not read here");
        }
        List<Object> tools = asked.getTools().isEmpty() ? List.of() : parse("tools", asked.getTools(), new TypeReference<List<Object>>() { });
        boolean mentions = !asked.getTools().isEmpty() || asked.getMessagesList().stream().anyMatch(ToolsInWords::concerns);
        if (mentions && templates.values().stream().noneMatch(Template::offersTools)) {
            request = ToolsInWords.of(asked);
        }
        Map<String, Object> variables = new HashMap<>();
        if (!request.getTemplateKwargs().isEmpty()) {
            variables.putAll(parse("template_kwargs", request.getTemplateKwargs(), new TypeReference<Map<String, Object>>() { }));
        }
        if (!request.getTools().isEmpty()) {
            variables.put("tools", tools);
        }
        Template template = templates.getOrDefault(variables.containsKey("tools") ? ChatTemplates.TOOL_USE : ChatTemplates.DEFAULT,
                templates.get(ChatTemplates.DEFAULT));
        if (template == null) {
            throw Failure.inField(Reason.UNSUPPORTED_FIELD, "messages", "model " + model + " has no chat template");
        }
        List<Map<String, Object>> messages = new ArrayList<>();
        int images = 0;
        if (request.getMessagesCount() == 0) {
            throw invalid("messages", "messages must hold at least 1 message");
        }
        for (int i = 0; i < request.getMessagesCount(); i++) {
            ChatMessage message = request.getMessages(i);
            images = countImages(message, "messages[" + i + "]", images);
            messages.add(plain(message, "messages[" + i + "]"));
        }
        Disguise disguise = Disguise.of(imageToken, messages, variables);
        List<Map<String, Object>> hidden = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            hidden.add(withContent(messages.get(i), request.getMessages(i).getPartsList(), template, disguise));
        }
        try {
            @SuppressWarnings("unchecked")
            Map<String, Object> hiddenVariables = (Map<String, Object>) disguise.hide(variables);
            return cut(template.template().render(hidden, request.getAddGenerationPrompt(), hiddenVariables), images, disguise);
        } catch (TemplateException refused) {
            String words = refused.kind() == TemplateException.Kind.REFUSED ? "the chat template refused the conversation: " : "";
            throw Failure.of(Reason.TEMPLATE_REFUSED, words + refused.getMessage(), refused);
        }
    }

    private int countImages(ChatMessage message, String field, int before) {
        int images = before;
        if (!ROLES.contains(message.getRole())) {
            throw invalid(field + ".role", "role must be system, user, assistant or tool, not '" + message.getRole() + "'");
        }
        for (int i = 0; i < message.getPartsCount(); i++) {
            ContentPart part = message.getParts(i);
            String partField = field + ".parts[" + i + "]";
            if (part.getPartCase() == ContentPart.PartCase.PART_NOT_SET) {
                throw invalid(partField, "content part says neither text nor image");
            }
            if (part.hasImage()) {
                if (imageToken == null) {
                    throw invalid(partField + ".image", "model " + model + " takes no images");
                }
                if (part.getImage() != images) {
                    throw invalid(partField + ".image", "images must be counted from 0 in the order of the conversation: " + images + " comes next");
                }
                images++;
            }
        }
        return images;
    }

    /** Role, further fields, and all texts of a message, as they were sent. */
    private static Map<String, Object> plain(ChatMessage message, String field) {
        Map<String, Object> plain = message(message.getRole(), message.getPartsList().stream().map(ContentPart::getText).toList());
        if (!message.getExtra().isEmpty()) {
            parse(field + ".extra", message.getExtra(), new TypeReference<Map<String, Object>>() { }).forEach(plain::putIfAbsent);
        }
        return plain;
    }

    private Map<String, Object> withContent(Map<String, Object> message, List<ContentPart> parts, Template template, Disguise disguise) {
        Map<String, Object> hidden = new LinkedHashMap<>();
        message.forEach((key, value) -> hidden.put(key, disguise.hide(value)));
        boolean plainText = parts.stream().noneMatch(ContentPart::hasImage) && parts.size() <= 1;
        boolean asList = template.takesLists() && !(plainText && template.takesStrings());
        hidden.put("content", asList ? listOf(parts, disguise) : stringOf(parts, disguise));
        return hidden;
    }

    private static List<Map<String, Object>> listOf(List<ContentPart> parts, Disguise disguise) {
        return parts.stream()
                .map(part -> part.hasImage() ? Map.<String, Object>of("type", "image")
                        : Map.of("type", "text", "text", disguise.hide(part.getText())))
                .toList();
    }

    private String stringOf(List<ContentPart> parts, Disguise disguise) {
        List<String> lines = new ArrayList<>();
        parts.stream().filter(ContentPart::hasImage).forEach(part -> lines.add(imageToken));
        parts.stream().filter(part -> !part.hasImage()).forEach(part -> lines.add((String) disguise.hide(part.getText())));
        return String.join("\n", lines);
    }

    /** Cuts at the image tokens that the template printed: the n-th stands for the n-th picture. */
    private List<ContentPart> cut(String rendered, int images, Disguise disguise) {
        List<ContentPart> parts = new ArrayList<>();
        int begin = 0;
        int image = 0;
        while (imageToken != null) {
            int end = rendered.indexOf(imageToken, begin);
            if (end < 0) {
                break;
            }
            addText(parts, disguise.reveal(rendered.substring(begin, end)));
            parts.add(ContentPart.newBuilder().setImage(image++).build());
            begin = end + imageToken.length();
        }
        addText(parts, disguise.reveal(rendered.substring(begin)));
        if (image != images) {
            throw Failure.of(Reason.TEMPLATE_REFUSED, "the chat template of " + model + " has places for " + image + " of " + images
                    + " images: it may not take them in these messages");
        }
        return parts;
    }

    private static void addText(List<ContentPart> parts, String text) {
        if (!text.isEmpty()) {
            parts.add(ContentPart.newBuilder().setText(text).build());
        }
    }

    private static <T> T parse(String field, String json, TypeReference<T> type) {
        try {
            T value = JSON.readValue(json, type);
            if (value != null) {
                return value;
            }
        } catch (JsonProcessingException malformed) {
            throw invalid(field, field + " is not the JSON that is wanted there: " + malformed.getOriginalMessage());
        }
        throw invalid(field, field + " must not be null");
    }

    private static Failure invalid(String field, String message) {
        return Failure.inField(Reason.INVALID_FIELD, field, message);
    }
}
