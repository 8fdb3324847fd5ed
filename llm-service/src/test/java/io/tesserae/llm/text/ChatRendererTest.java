package io.tesserae.llm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolder;
import io.tesserae.llm.Goldens;
import io.tesserae.llm.v1.ChatMessage;
import io.tesserae.llm.v1.ContentPart;
import io.tesserae.llm.v1.RenderChatRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatRendererTest {

    @TempDir
    Path folder;

    private static ContentPart text(String text) {
        return ContentPart.newBuilder().setText(text).build();
    }

    private static ContentPart image(int number) {
        return ContentPart.newBuilder().setImage(number).build();
    }

    private static ChatMessage message(String role, ContentPart... parts) {
        return ChatMessage.newBuilder().setRole(role).addAllParts(Arrays.asList(parts)).build();
    }

    private static RenderChatRequest chat(ChatMessage... messages) {
        return RenderChatRequest.newBuilder().addAllMessages(Arrays.asList(messages)).setAddGenerationPrompt(true).build();
    }

    private ChatRenderer of(String template) {
        return of("chat_template.jinja", template);
    }

    private ChatRenderer of(String file, String content) {
        try {
            Files.writeString(folder.resolve(file), content);
        } catch (IOException full) {
            throw new AssertionError(full);
        }
        return new ChatRenderer(new ModelFolder(folder, Goldens.tinyModel().manifest()));
    }

    /** Parts joined; pictures as [0], [1], … */
    private static String rendered(ChatRenderer renderer, RenderChatRequest request) {
        StringBuilder all = new StringBuilder();
        for (ContentPart part : renderer.render(request)) {
            all.append(part.hasImage() ? "[" + part.getImage() + "]" : part.getText());
        }
        return all.toString();
    }

    @Test
    void aTemplateOfPartsGetsParts() {
        ChatRenderer smolvlm = of(Goldens.text("templates/smolvlm.jinja"));
        assertEquals("<|im_start|>User:[0]What is it?<end_of_utterance>\nAssistant: A cat.<end_of_utterance>\nUser: And [1]?<end_of_utterance>\nAssistant:",
                rendered(smolvlm, chat(message("user", image(0), text("What is it?")), message("assistant", text("A cat.")),
                        message("user", text("And "), image(1), text("?")))));
        ChatRenderer llava = of(Goldens.text("templates/llava-1.5.jinja"));
        assertEquals("USER: [0]\nHow many? ASSISTANT:", rendered(llava, chat(message("user", text("How many?"), image(0)))));
    }

    @Test
    void aTemplateOfStringsGetsPicturesBeforeText() {
        ChatRenderer vicuna = of(Goldens.text("templates/vicuna.jinja"));
        assertEquals("Be brief.\n\nUSER: [0]\n[1]\nWhich?\nASSISTANT:",
                rendered(vicuna, chat(message("system", text("Be brief.")), message("user", text("Which?"), image(0), image(1)))));
        ChatRenderer smollm = of(Goldens.text("templates/smollm2.jinja"));
        assertTrue(rendered(smollm, chat(message("user", text("Hello")))).endsWith("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"));
    }

    @Test
    void anImageTokenThatSomebodyWroteIsNoPicture() {
        ChatRenderer llava = of(Goldens.text("templates/llava-1.5.jinja"));
        RenderChatRequest request = chat(message("user", image(0), text("what does <image> mean? \uE000")));
        assertEquals("USER: [0]\nwhat does <image> mean? \uE000 ASSISTANT:", rendered(llava, request));
        assertEquals(1, llava.render(request).stream().filter(ContentPart::hasImage).count());
        // Also where it comes from a template's variables.
        ChatRenderer named = of("{{ messages[0]['name'] }}: {{ messages[0]['content'] }} {{ note }}");
        RenderChatRequest sly = RenderChatRequest.newBuilder().addMessages(message("user", text("hi")).toBuilder().setExtra("{\"name\":\"<image>\"}"))
                .setTemplateKwargs("{\"note\":\"<image>\"}").build();
        assertEquals("<image>: hi <image>", rendered(named, sly));
        assertEquals(1, named.render(sly).size());
    }

    @Test
    void furtherVariablesReachTheTemplate() {
        ChatRenderer renderer = of("{# <tool_call> #}{{ bos_token | default('none') }} {{ tools[0].name }} {{ style }} {{ messages[0].content }}");
        assertEquals("none look terse hi", rendered(renderer, RenderChatRequest.newBuilder().addMessages(message("user", text("hi")))
                .setTools("[{\"name\":\"look\"}]").setTemplateKwargs("{\"style\":\"terse\"}").build()));
    }

    @Test
    void templatesAreFoundWhereCheckpointsKeepThem() {
        assertEquals("json hi", rendered(of("chat_template.json", "{\"chat_template\":\"json {{ messages[0].content }}\"}"),
                chat(message("user", text("hi")))));
        folder = folder.resolve("named");
        assertTrue(folder.toFile().mkdirs());
        ChatRenderer named = of("tokenizer_config.json", "{\"chat_template\":[{\"name\":\"default\",\"template\":\"plain {{ messages[0].content }}\"},"
                + "{\"name\":\"tool_use\",\"template\":\"{# <tool_call> #}tools {{ messages[0].content }}\"}],\"bos_token\":{\"content\":\"<s>\"}}");
        assertEquals("plain hi", rendered(named, chat(message("user", text("hi")))));
        assertEquals("tools hi", rendered(named, chat(message("user", text("hi"))).toBuilder().setTools("[{}]").build()));
    }

    @Test
    void namesTheFieldThatIsWrong() {
        ChatRenderer renderer = of(Goldens.text("templates/llava-1.5.jinja"));
        refuses(renderer, Reason.INVALID_FIELD, "messages", chat());
        refuses(renderer, Reason.INVALID_FIELD, "messages[0].role", chat(message("wizard", text("hi"))));
        refuses(renderer, Reason.INVALID_FIELD, "messages[0].parts[0]", chat(message("user", ContentPart.getDefaultInstance())));
        refuses(renderer, Reason.INVALID_FIELD, "messages[0].parts[0].image", chat(message("user", image(1))));
        refuses(renderer, Reason.INVALID_FIELD, "messages[0].extra", chat(message("user").toBuilder().setExtra("[").build()));
        refuses(renderer, Reason.INVALID_FIELD, "template_kwargs", chat(message("user")).toBuilder().setTemplateKwargs("null").build());
        refuses(renderer, Reason.INVALID_FIELD, "tools", chat(message("user")).toBuilder().setTools("{}").build());
        refuses(of("{{ raise_exception('no system please') }}"), Reason.TEMPLATE_REFUSED, "", chat(message("user", text("hi"))));
        refuses(of("nothing to see"), Reason.TEMPLATE_REFUSED, "", chat(message("user", image(0))));
    }

    @Test
    void aModelWithoutTemplateOrImagesSaysSo() throws IOException {
        ChatRenderer none = new ChatRenderer(new ModelFolder(folder, Goldens.tinyModel().manifest()));
        refuses(none, Reason.UNSUPPORTED_FIELD, "messages", chat(message("user", text("hi"))));
        ObjectNode blind = new ObjectMapper().valueToTree(Goldens.tinyModel().manifest());
        ((ObjectNode) blind.get("llm")).putNull("image_token");
        of("{{ messages[0].content }}");
        ChatRenderer renderer = new ChatRenderer(new ModelFolder(folder, new ObjectMapper().treeToValue(blind, Manifest.class)));
        assertEquals("<image>", rendered(renderer, chat(message("user", text("<image>")))));
        refuses(renderer, Reason.INVALID_FIELD, "messages[0].parts[0].image", chat(message("user", image(0))));
    }

    private static void refuses(ChatRenderer renderer, Reason reason, String field, RenderChatRequest request) {
        Failure failure = assertThrows(Failure.class, () -> renderer.render(request));
        assertEquals(reason, failure.reason(), failure::getMessage);
        assertEquals(field, failure.field().orElse(""));
    }
}
