package io.tesserae.llm.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.Manifest;
import io.tesserae.llm.Goldens;
import io.tesserae.llm.v1.ImageSlot;
import io.tesserae.llm.v1.PromptPart;
import io.tesserae.llm.v1.TokenIds;
import io.tesserae.tensor.v1.Grid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PromptAssemblerTest {

    private static final Tokenizer TOKENIZER = Tokenizer.open(Goldens.tinyModel());
    private static final Manifest.Llm LLM = Goldens.tinyModel().manifest().llm();
    private static final PromptAssembler ASSEMBLER = new PromptAssembler(TOKENIZER, LLM, 512);

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    static List<PromptPart> parts(JsonNode golden) {
        List<PromptPart> parts = new ArrayList<>();
        int slot = 0;
        for (JsonNode part : golden.path("parts")) {
            parts.add(part.isTextual() ? text(part.asText()) : image(slot++, part.asInt()));
        }
        return parts;
    }

    private static PromptPart text(String text) {
        return PromptPart.newBuilder().setText(text).build();
    }

    private static PromptPart image(int slot, int tokens) {
        return PromptPart.newBuilder().setImage(ImageSlot.newBuilder().setSlot(slot).setTokens(tokens)).build();
    }

    private static PromptPart ids(Long... ids) {
        return PromptPart.newBuilder().setTokenIds(TokenIds.newBuilder().addAllIds(Arrays.asList(ids))).build();
    }

    @Test
    void promptsAreThoseOfTransformers() {
        for (JsonNode golden : Goldens.json("golden/generate.json").path("cases")) {
            Prompt prompt = ASSEMBLER.assemble(parts(golden));
            assertArrayEquals(Goldens.longs(golden.path("prompt_ids")), prompt.ids(), golden.path("parts")::toString);
        }
    }

    @Test
    void slotsStandWhereTheirTokensAre() {
        Prompt prompt = ASSEMBLER.assemble(List.of(image(1, 3), text("ab"), image(0, 2)));
        assertEquals(2, prompt.slots().size());
        assertEquals(1, prompt.slots().get(0).number());
        assertEquals(1, prompt.slots().get(0).start()); // After BOS.
        assertEquals(LLM.imageTokenId(), prompt.ids()[prompt.slots().get(1).start()]);
        assertEquals(prompt.ids().length, prompt.slots().get(1).end());
        assertEquals(5, prompt.imageTokens());
    }

    @Test
    void anImageTokenThatSomebodyWroteIsText() {
        Prompt prompt = ASSEMBLER.assemble(List.of(text("is <image> "), image(0, 2), text("<image>")));
        assertEquals(2, Arrays.stream(prompt.ids()).filter(id -> id == LLM.imageTokenId()).count());
        assertEquals("is <image> <image>", TOKENIZER.decode(prompt.ids()));
    }

    private static PromptAssembler with(String key, JsonNode value) throws JsonProcessingException {
        ObjectNode changed = new ObjectMapper().valueToTree(LLM);
        changed.set(key, value);
        return new PromptAssembler(TOKENIZER, new ObjectMapper().treeToValue(changed, Manifest.Llm.class), 512);
    }

    @Test
    void picturesStandBeforeBosWhereTheModelHasThemSo() throws JsonProcessingException {
        PromptAssembler first = with("images_before_bos", BooleanNode.TRUE);
        Prompt prompt = first.assemble(List.of(image(0, 3), text("Hello")));
        long[] hello = TOKENIZER.encode("Hello", true);
        assertEquals(0, prompt.slots().get(0).start());
        assertArrayEquals(hello, Arrays.copyOfRange(prompt.ids(), 3, prompt.ids().length));
        assertArrayEquals(hello, first.assemble(List.of(text("Hello"))).ids(), "text alone begins as ever");
        assertArrayEquals(TOKENIZER.encode("", true), Arrays.copyOfRange(first.assemble(List.of(image(0, 3))).ids(), 3, 4), "and so does nothing");
        assertEquals(1 + 1, first.assemble(List.of(text("a"), image(0, 2))).slots().get(0).start(), "but not a picture after text");
    }

    @Test
    void noRunIsLongerThanThePicturesThatAreComputedAtOnce() throws JsonProcessingException {
        PromptAssembler bounded = with("bidirectional_image_tokens", IntNode.valueOf(4));
        assertEquals(4, bounded.assemble(List.of(image(0, 4))).imageTokens());
        Failure failure = assertThrows(Failure.class, () -> bounded.assemble(List.of(image(0, 5))));
        assertEquals("start.prompt[0].image.tokens", failure.field().orElse(""));
    }

    @Test
    void idsAreTakenAsTheyAre() {
        assertArrayEquals(new long[] {5, 6, 7}, ASSEMBLER.assemble(List.of(ids(5L, 6L), ids(7L))).ids());
        long[] hello = TOKENIZER.encode("Hello", false);
        long[] wanted = new long[hello.length + 1];
        wanted[0] = 9;
        System.arraycopy(hello, 0, wanted, 1, hello.length);
        assertArrayEquals(wanted, ASSEMBLER.assemble(List.of(ids(9L), text("Hello"))).ids());
    }

    @Test
    void beginsOnceWhereTheTextHasItsBeginningAlready() {
        assertArrayEquals(ASSEMBLER.assemble(List.of(text("Hello"))).ids(), ASSEMBLER.assemble(List.of(text("<s>Hello"))).ids());
    }

    @Test
    void namesTheFieldThatIsWrong() {
        refuses(Reason.INVALID_FIELD, "start.prompt");
        refuses(Reason.INVALID_FIELD, "start.prompt[0]", PromptPart.getDefaultInstance());
        refuses(Reason.INVALID_FIELD, "start.prompt[1].image.tokens", text("a"), image(0, 0));
        refuses(Reason.INVALID_FIELD, "start.prompt[1].image.slot", image(0, 1), image(0, 1));
        refuses(Reason.INVALID_FIELD, "start.prompt", image(1, 1));
        refuses(Reason.INVALID_FIELD, "start.prompt[0].token_ids.ids[1]", ids(1L, (long) LLM.vocab()));
        refuses(Reason.INVALID_FIELD, "start.prompt[0].token_ids.ids[0]", ids(-1L));
        refuses(Reason.CONTEXT_FULL, "start.prompt", image(0, 512));
        refuses(Reason.CONTEXT_FULL, "start.prompt", image(0, 511));
        refuses(Reason.CONTEXT_FULL, "start.prompt", text("word ".repeat(600)));
    }

    @Test
    void aBrainWhosePositionsHaveAxesIsToldHowTokensAreLaidOut() throws JsonProcessingException {
        PromptAssembler assembler = with("rope_axes", IntNode.valueOf(3));
        Grid grid = Grid.newBuilder().setColumns(3).setRows(2).build();
        assertEquals(3, assembler.assemble(List.of(laidOut(6, grid))).slots().get(0).columns());
        refuses(assembler, Reason.INVALID_FIELD, "start.prompt[0].image.grid", image(0, 6));
        refuses(assembler, Reason.INVALID_FIELD, "start.prompt[0].image.grid", laidOut(5, grid));
        refuses(ASSEMBLER, Reason.INVALID_FIELD, "start.prompt[0].image.grid", laidOut(5, grid));
        assertEquals(0, ASSEMBLER.assemble(List.of(laidOut(6, grid))).slots().get(0).columns(), "others place tokens one after another");
    }

    private static PromptPart laidOut(int tokens, Grid grid) {
        return PromptPart.newBuilder().setImage(ImageSlot.newBuilder().setTokens(tokens).setGrid(grid)).build();
    }

    private static void refuses(Reason reason, String field, PromptPart... parts) {
        refuses(ASSEMBLER, reason, field, parts);
    }

    private static void refuses(PromptAssembler assembler, Reason reason, String field, PromptPart... parts) {
        Failure failure = assertThrows(Failure.class, () -> assembler.assemble(List.of(parts)));
        assertEquals(reason, failure.reason(), failure::getMessage);
        assertEquals(field, failure.field().orElse(""));
    }
}
