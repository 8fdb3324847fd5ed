package io.tesserae.gateway.stage;

import com.google.protobuf.ByteString;
import io.tesserae.contract.tensor.WireTensors;
import io.tesserae.gateway.AnswerForm;
import io.tesserae.gateway.FinishReason;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.Sampling;
import io.tesserae.gateway.Stopping;
import io.tesserae.gateway.TokenLogprob;
import io.tesserae.gateway.ToolOffer;
import io.tesserae.llm.v1.Constraint;
import io.tesserae.llm.v1.Finish;
import io.tesserae.llm.v1.GenerateStart;
import io.tesserae.llm.v1.ImageSlot;
import io.tesserae.llm.v1.SlotEmbeddings;
import io.tesserae.llm.v1.ToolCalls;
import io.tesserae.tensor.v1.Grid;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** What is said to the brain and what it says, as messages. */
final class GenerateMessages {

    private GenerateMessages() {
    }

    static GenerateStart start(Question question, int choice, List<PromptPart> prompt, String revision, Errand errand) {
        GenerateStart.Builder start = GenerateStart.newBuilder()
                .setRequestId(errand.id())
                .setPriority(errand.visit().priority())
                .setModelRevision(revision)
                .setSampling(sampling(question.sampling().forChoice(choice)))
                .setStopping(stopping(question.stopping()));
        question.topLogprobs().ifPresent(start::setTopLogprobs);
        constraint(question).ifPresent(start::setConstraint);
        prompt.forEach(part -> start.addPrompt(part(part)));
        return start.build();
    }

    private static Optional<Constraint> constraint(Question question) {
        Constraint.Builder constraint = Constraint.newBuilder();
        AnswerForm form = question.manner().form();
        if (question.manner().tools().isPresent()) {
            ToolOffer offer = question.manner().tools().get();
            ToolCalls.Builder calls = ToolCalls.newBuilder().setTools(offer.callable()).setRequired(offer.required()).setParallel(offer.parallel())
                    .setJsonObject(form instanceof AnswerForm.JsonObject);
            if (form instanceof AnswerForm.JsonSchema schema) {
                calls.setJsonSchema(schema.schema());
            }
            return Optional.of(constraint.setToolCalls(calls).build());
        }
        if (form instanceof AnswerForm.JsonSchema schema) {
            return Optional.of(constraint.setJsonSchema(schema.schema()).build());
        }
        return form instanceof AnswerForm.JsonObject ? Optional.of(constraint.setJsonObject(true).build()) : Optional.empty();
    }

    static io.tesserae.llm.v1.PromptPart part(PromptPart part) {
        io.tesserae.llm.v1.PromptPart.Builder message = io.tesserae.llm.v1.PromptPart.newBuilder();
        if (part instanceof PromptPart.Slot slot) {
            ImageSlot.Builder image = ImageSlot.newBuilder()
                    .setSlot(slot.slot())
                    .setTokens(slot.tokens())
                    .setContentHash(ByteString.copyFrom(slot.hash()));
            slot.grid().ifPresent(grid -> image.setGrid(Grid.newBuilder().setColumns(grid.columns()).setRows(grid.rows())));
            message.setImage(image);
        } else if (part instanceof PromptPart.Text text) {
            message.setText(text.text());
        }
        return message.build();
    }

    private static io.tesserae.llm.v1.Sampling sampling(Sampling sampling) {
        io.tesserae.llm.v1.Sampling.Builder message = io.tesserae.llm.v1.Sampling.newBuilder();
        given(sampling.temperature(), message::setTemperature);
        given(sampling.topP(), message::setTopP);
        given(sampling.topK(), message::setTopK);
        given(sampling.minP(), message::setMinP);
        given(sampling.repetitionPenalty(), message::setRepetitionPenalty);
        given(sampling.frequencyPenalty(), message::setFrequencyPenalty);
        given(sampling.presencePenalty(), message::setPresencePenalty);
        // Without a seed of its own an answer could not go on at another brain.
        message.setSeed(sampling.seed() != null ? sampling.seed() : ThreadLocalRandom.current().nextLong());
        return message.putAllLogitBias(sampling.logitBias()).build();
    }

    private static <T> void given(T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }

    private static io.tesserae.llm.v1.Stopping stopping(Stopping stopping) {
        return io.tesserae.llm.v1.Stopping.newBuilder()
                .setMaxTokens(stopping.maxTokens())
                .addAllStop(stopping.stop())
                .setIgnoreEos(stopping.ignoreEos())
                .build();
    }

    static SlotEmbeddings embeddings(int slot, EyeOutput.Embeddings embeddings) {
        return SlotEmbeddings.newBuilder()
                .setSlot(slot)
                .setEmbeddings(WireTensors.toMessage(embeddings.tokens()))
                .addAllLevelEmbeddings(embeddings.levels().stream().map(WireTensors::toMessage).toList())
                .build();
    }

    static List<TokenLogprob> logprobs(List<io.tesserae.llm.v1.TokenLogprob> messages) {
        return messages.stream()
                .map(token -> new TokenLogprob(token.getTokenId(), token.getText(), token.getUtf8().toByteArray(),
                        token.getLogprob(), logprobs(token.getTopList())))
                .toList();
    }

    static Generated generated(Finish finish) {
        FinishReason reason = finish.getReason() == io.tesserae.llm.v1.FinishReason.FINISH_REASON_LENGTH
                ? FinishReason.LENGTH : FinishReason.STOP;
        return new Generated(reason, finish.getPromptTokens(), finish.getGeneratedTokens(), finish.getImageTokens(),
                finish.getCachedTokens());
    }
}
