package io.tesserae.llm.remote.vllm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.tensor.ElementKind;
import io.tesserae.llm.remote.RemoteRequest;
import io.tesserae.llm.sampling.SamplingOptions;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The body of {@code POST /v1/completions}. Every field that chooses tokens is said, also where it has its usual value: what is not said, vLLM takes from its own copy
 * of the checkpoint. Stop strings stay here; its own end token is one of {@code stop_token_ids} like any other.
 *
 * @param kind       what embeddings are sent as
 * @param priorities whether the server schedules by priority, and so takes one
 */
record CompletionBody(ElementKind kind, boolean priorities) {

    /** Throws {@link Failure} naming what vLLM cannot do behind a prompt of embeddings, whose ids it does not know. */
    void requireSupported(RemoteRequest request) {
        SamplingOptions sampling = request.sampling();
        if (sampling.repetitionPenalty() != 1) {
            throw unsupported("repetition_penalty", "repetition_penalty must be 1: it counts the prompt's tokens, which the vllm engine is given as embeddings");
        }
        if (request.generated().length > 0 && (sampling.frequencyPenalty() != 0 || sampling.presencePenalty() != 0)) {
            throw unsupported(sampling.frequencyPenalty() != 0 ? "frequency_penalty" : "presence_penalty",
                    "an answer with frequency_penalty or presence_penalty cannot be continued by the vllm engine, which does not count what others generated");
        }
    }

    private static Failure unsupported(String field, String message) {
        return Failure.inField(Reason.UNSUPPORTED_FIELD, "start.sampling." + field, message);
    }

    /** {@code id}: what the server calls the request, not the same twice. */
    Buffer of(RemoteRequest request, String id, String model) {
        ObjectNode fields = fields(request.sampling())
                .put("model", model)
                .put("request_id", id)
                .put("stream", true)
                .put("return_token_ids", true)
                .put("max_tokens", request.maxTokens())
                .put("ignore_eos", true);
        fields.putObject("stream_options").put("include_usage", false);
        request.endIds().forEach(fields.putArray("stop_token_ids")::add);
        if (request.topLogprobs() >= 0) {
            fields.put("logprobs", request.topLogprobs()).put("return_tokens_as_token_ids", true);
        }
        if (priorities) {
            fields.put("priority", request.priority());
        }
        byte[] before = (fields.toString().substring(0, fields.toString().length() - 1) + ",\"prompt_embeds\":\"").getBytes(StandardCharsets.UTF_8);
        return Buffer.buffer(Unpooled.wrappedBuffer(before, embeddings(request), "\"}".getBytes(StandardCharsets.US_ASCII)));
    }

    private static ObjectNode fields(SamplingOptions sampling) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode()
                .put("temperature", sampling.temperature())
                .put("top_p", sampling.topP())
                .put("top_k", sampling.topK())
                .put("min_p", sampling.minP())
                .put("repetition_penalty", sampling.repetitionPenalty())
                .put("frequency_penalty", sampling.frequencyPenalty())
                .put("presence_penalty", sampling.presencePenalty())
                .put("seed", sampling.seed());
        if (sampling.biasIds().length > 0) {
            ObjectNode biases = fields.putObject("logit_bias");
            for (int i = 0; i < sampling.biasIds().length; i++) {
                biases.put(Integer.toString(sampling.biasIds()[i]), sampling.biases()[i]);
            }
        }
        return fields;
    }

    private byte[] embeddings(RemoteRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) (request.embeddings().data().remaining() * 3L / 2) + 2048);
        try {
            TorchFile.write(request.embeddings(), kind, Base64.getEncoder().wrap(out));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }
}
