package io.tesserae.gateway.stage;

import io.tesserae.contract.channel.Route;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.AnswerForm;
import io.tesserae.gateway.Content;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Timers;
import io.tesserae.llm.v1.ChatMessage;
import io.tesserae.llm.v1.ContentPart;
import io.tesserae.llm.v1.DescribeRequest;
import io.tesserae.llm.v1.DescribeResponse;
import io.tesserae.llm.v1.DetokenizeRequest;
import io.tesserae.llm.v1.DetokenizeResponse;
import io.tesserae.llm.v1.LanguageModelGrpc;
import io.tesserae.llm.v1.RenderChatRequest;
import io.tesserae.llm.v1.RenderChatResponse;
import io.tesserae.llm.v1.TokenizeRequest;
import io.tesserae.llm.v1.TokenizeResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The brain. */
@ApplicationScoped
public class LlmStage {

    private final StageLinks links;
    private final Timers timers;

    LlmStage(StageLinks links, Timers timers) {
        this.links = links;
        this.timers = timers;
    }

    /** What the brain says of itself. */
    public CompletableFuture<BrainCard> describe(Errand errand) {
        return links.llm().call(LanguageModelGrpc.getDescribeMethod(), DescribeRequest.getDefaultInstance(), errand).thenApply(LlmStage::cardOf);
    }

    /** What each of its replicas says of itself. */
    public CompletableFuture<List<BrainCard>> describeEach(Errand errand) {
        return links.llm().callEach(LanguageModelGrpc.getDescribeMethod(), DescribeRequest.getDefaultInstance(), errand)
                .thenApply(cards -> cards.stream().map(LlmStage::cardOf).toList());
    }

    private static BrainCard cardOf(DescribeResponse card) {
        return new BrainCard(card.getModel(), card.getFamily(), card.getRevision(), card.getContext(),
                        card.getImageToken(), card.getEngine(), card.getPrecision());
    }

    /** Renders a conversation by the checkpoint's own chat template. A template that refuses it blames {@code messages}. */
    public CompletableFuture<RenderedChat> render(Question question, String revision, Errand errand) {
        RenderChatRequest.Builder request = RenderChatRequest.newBuilder()
                .setModelRevision(revision)
                .setAddGenerationPrompt(true)
                .setTemplateKwargs(question.manner().templateVariables());
        question.manner().tools().ifPresent(tools -> request.setTools(tools.shown()));
        int images = 0;
        for (Turn turn : question.turns()) {
            ChatMessage.Builder message = request.addMessagesBuilder().setRole(turn.role().name().toLowerCase(Locale.ROOT))
                    .setExtra(TurnExtras.of(turn));
            for (Content content : turn.content()) {
                if (content instanceof Content.Words words) {
                    message.addParts(ContentPart.newBuilder().setText(words.text()));
                } else {
                    message.addParts(ContentPart.newBuilder().setImage(images++));
                }
            }
        }
        return links.llm().call(LanguageModelGrpc.getRenderChatMethod(), request.build(), errand)
                .exceptionally(thrown -> {
                    throw new CompletionException(blaming(Failure.from(thrown), question));
                })
                .thenApply(response -> new RenderedChat(partsOf(response), response.getInstructionIdsList(), response.getToolForm()));
    }

    /**
     * Begins an answer. The layout is sent at once; embeddings follow through what is returned, in any order.
     *
     * @param choice which of the question's answers, from 0
     * @param sent   what the brain is given to see, kept for all of the question's answers
     */
    public Generation generate(Question question, int choice, List<PromptPart> prompt, String revision, Errand errand,
            GenerateListener listener, SentEmbeddings sent) {
        // Log-probabilities of an answer take long to write down, a token alone does not.
        Generation generation = new Generation(links.llm(), timers, GenerateMessages.start(question, choice, prompt, revision, errand),
                Route.near(Kinship.of(question, prompt)), question.topLogprobs().isEmpty(), errand, listener, sent, slotsOf(prompt),
                failure -> blaming(failure, question));
        generation.begin();
        return generation;
    }

    private static int slotsOf(List<PromptPart> prompt) {
        return (int) prompt.stream().filter(PromptPart.Slot.class::isInstance).count();
    }

    private static List<RenderedPart> partsOf(RenderChatResponse response) {
        return response.getPartsList().stream()
                .map(part -> part.getPartCase() == ContentPart.PartCase.IMAGE
                        ? new RenderedPart.Image(part.getImage())
                        : (RenderedPart) new RenderedPart.Text(part.getText()))
                .toList();
    }

    /** An instruction that the nerve cannot read is the caller's words. For {@link CompletableFuture#exceptionally}. */
    static <T> T blamingInstruction(Throwable thrown) {
        Failure failure = Failure.from(thrown);
        boolean instruction = failure.field().filter(field -> field.startsWith("instruction_ids")).isPresent();
        throw new CompletionException(instruction ? failure.blaming("messages") : failure);
    }

    /** Text to token ids. */
    public CompletableFuture<TokenizeResponse> tokenize(String text, boolean addSpecialTokens, boolean withTexts, Errand errand) {
        return links.llm().call(LanguageModelGrpc.getTokenizeMethod(), TokenizeRequest.newBuilder().setText(text)
                .setAddSpecialTokens(addSpecialTokens).setWithTexts(withTexts).build(), errand);
    }

    /** Token ids to text. */
    public CompletableFuture<String> detokenize(List<Long> ids, Errand errand) {
        return links.llm().call(LanguageModelGrpc.getDetokenizeMethod(), DetokenizeRequest.newBuilder().addAllIds(ids).build(), errand)
                .thenApply(DetokenizeResponse::getText);
    }

    /** Names of the brain's own fields mean nothing to the caller; these are the caller's. */
    static Failure blaming(Failure failure, Question question) {
        String field = failure.field().map(named -> named.startsWith("start.") ? named.substring("start.".length()) : named).orElse("");
        if (failure.reason() == Reason.TEMPLATE_REFUSED || failure.reason() == Reason.CONTEXT_FULL) {
            return failure.blaming("messages");
        }
        if (field.startsWith("sampling.") || field.startsWith("stopping.")) {
            return failure.blaming(field.substring(field.indexOf('.') + 1));
        }
        if (field.equals("constraint.json_schema")) {
            return failure.blaming(question.manner().form() instanceof AnswerForm.JsonSchema asked ? asked.field() : "tools");
        }
        return field.startsWith("constraint.") ? failure.blaming(field.substring("constraint.".length()))
                : field.equals("template_kwargs") ? failure.blaming("chat_template_kwargs") : failure;
    }
}
