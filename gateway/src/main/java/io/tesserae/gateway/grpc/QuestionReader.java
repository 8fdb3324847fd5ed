package io.tesserae.gateway.grpc;

import io.tesserae.chat.v1.ChatRequest;
import io.tesserae.chat.v1.Image;
import io.tesserae.chat.v1.Message;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.families.Detail;
import io.tesserae.gateway.Content;
import io.tesserae.gateway.NerveChoice;
import io.tesserae.gateway.PictureSource;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.Sampling;
import io.tesserae.gateway.Stopping;
import io.tesserae.gateway.ToolCall;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.Turn.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a request message. The ranges are those of the HTTP API; every failure names the field. */
final class QuestionReader {

    private static final int MOST_STOPS = 16;
    private static final int MOST_BIASES = 1_024;
    private static final int MOST_LOGPROBS = 20;

    private final int messages;
    private final int choices;

    QuestionReader(int messages, int choices) {
        this.messages = messages;
        this.choices = choices;
    }

    Question read(ChatRequest request) {
        if (request.getMessagesCount() == 0) {
            throw bad("messages", "must hold at least one message");
        }
        if (request.getMessagesCount() > messages) {
            throw bad("messages", "may hold at most " + messages + " messages");
        }
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < request.getMessagesCount(); i++) {
            turns.add(turn(request.getMessages(i), "messages[" + i + "]"));
        }
        if (request.hasTopLogprobs() && Integer.compareUnsigned(request.getTopLogprobs(), MOST_LOGPROBS) > 0) {
            throw bad("top_logprobs", "must be from 0 to " + MOST_LOGPROBS);
        }
        OptionalInt topLogprobs = request.hasTopLogprobs() ? OptionalInt.of(request.getTopLogprobs()) : OptionalInt.empty();
        Optional<NerveChoice> nerve = request.getNerve().isEmpty()
                ? Optional.empty()
                : Optional.of(new NerveChoice(request.getNerve(), "nerve"));
        return new Question(request.getModel(), turns, sampling(request), stopping(request), topLogprobs,
                choices(request), nerve, MannerReader.read(request));
    }

    private int choices(ChatRequest request) {
        if (Integer.compareUnsigned(request.getN(), choices) > 0) {
            throw bad("n", "must be from 1 to " + choices);
        }
        return Math.max(1, request.getN());
    }

    private static Turn turn(Message message, String path) {
        Role role = switch (message.getRole()) {
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            default -> throw bad(path + ".role", "must be 'system', 'developer', 'user', 'assistant' or 'tool'");
        };
        if (role != Role.ASSISTANT && message.getToolCallsCount() > 0) {
            throw bad(path + ".tool_calls", "may stand in an assistant's message only");
        }
        if (role == Role.TOOL == message.getToolCallId().isEmpty()) {
            throw bad(path + ".tool_call_id", role == Role.TOOL ? "is required in a tool's message" : "may stand in a tool's message only");
        }
        List<ToolCall> calls = message.getToolCallsList().stream().map(call -> new ToolCall(call.getId(), call.getName(), call.getArguments())).toList();
        if (message.getContentCount() == 0 && calls.isEmpty()) {
            throw bad(path + ".content", "must hold at least one part");
        }
        List<Content> content = new ArrayList<>();
        for (int i = 0; i < message.getContentCount(); i++) {
            String part = path + ".content[" + i + "]";
            content.add(switch (message.getContent(i).getContentCase()) {
                case TEXT -> new Content.Words(message.getContent(i).getText());
                case IMAGE -> picture(message.getContent(i).getImage(), role, part + ".image");
                case CONTENT_NOT_SET -> throw bad(part, "must be text or an image");
            });
        }
        return new Turn(role, message.getName(), content, calls, message.getToolCallId());
    }

    private static Content picture(Image image, Role role, String path) {
        if (role != Role.USER) {
            throw bad(path, "may stand in a user's message only");
        }
        Detail detail = switch (image.getDetail()) {
            case DETAIL_UNSPECIFIED, DETAIL_AUTO -> Detail.AUTO;
            case DETAIL_LOW -> Detail.LOW;
            case DETAIL_HIGH -> Detail.HIGH;
            case UNRECOGNIZED -> throw bad(path + ".detail", "must be DETAIL_AUTO, DETAIL_LOW or DETAIL_HIGH");
        };
        return switch (image.getSourceCase()) {
            case DATA -> new Content.Picture(new PictureSource.Inline(image.getData().toByteArray()), detail, path + ".data");
            case URL -> new Content.Picture(new PictureSource.Url(image.getUrl()), detail, path + ".url");
            case FILE_ID -> new Content.Picture(new PictureSource.Upload(image.getFileId()), detail, path + ".file_id");
            case SOURCE_NOT_SET -> throw bad(path, "must have data, a url or a file_id");
        };
    }

    private static Sampling sampling(ChatRequest request) {
        if (request.getLogitBiasCount() > MOST_BIASES) {
            throw bad("logit_bias", "may hold at most " + MOST_BIASES + " tokens");
        }
        request.getLogitBiasMap().forEach((token, bias) -> {
            if (token < 0 || !(Math.abs(bias) <= 100)) {
                throw bad("logit_bias", "must map token ids to numbers from -100 to 100");
            }
        });
        if (request.hasTopK() && request.getTopK() < 0) {
            throw bad("top_k", "must be from 0 to " + Integer.MAX_VALUE);
        }
        return new Sampling(
                request.hasTemperature() ? within("temperature", request.getTemperature(), 0, 2) : null,
                request.hasTopP() ? above("top_p", request.getTopP(), 1) : null,
                request.hasTopK() ? request.getTopK() : null,
                request.hasMinP() ? within("min_p", request.getMinP(), 0, 1) : null,
                request.hasRepetitionPenalty() ? above("repetition_penalty", request.getRepetitionPenalty(), 10) : null,
                request.hasFrequencyPenalty() ? within("frequency_penalty", request.getFrequencyPenalty(), -2, 2) : null,
                request.hasPresencePenalty() ? within("presence_penalty", request.getPresencePenalty(), -2, 2) : null,
                request.hasSeed() ? request.getSeed() : null,
                request.getLogitBiasMap());
    }

    private static Stopping stopping(ChatRequest request) {
        if (request.getMaxTokens() < 0) {
            throw bad("max_tokens", "must be from 0 to " + Integer.MAX_VALUE);
        }
        if (request.getStopCount() > MOST_STOPS) {
            throw bad("stop", "may hold at most " + MOST_STOPS + " strings");
        }
        if (request.getStopList().contains("")) {
            throw bad("stop", "must not hold an empty string");
        }
        return new Stopping(request.getMaxTokens(), request.getStopList(), request.getIgnoreEos());
    }

    private static Float within(String field, float value, float least, float most) {
        if (!(value >= least && value <= most)) {
            throw bad(field, "must be from " + least + " to " + most);
        }
        return value;
    }

    private static Float above(String field, float value, float most) {
        if (!(value > 0 && value <= most)) {
            throw bad(field, "must be above 0 and at most " + most);
        }
        return value;
    }

    static Failure bad(String field, String what) {
        return Failure.inField(Reason.INVALID_FIELD, field, "'" + field + "' " + what);
    }
}
