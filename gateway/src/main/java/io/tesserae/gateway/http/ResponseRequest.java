package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.Turn;
import java.util.List;

/**
 * A request for a response: the question, and how its answer is to be told.
 *
 * @param head     what the response repeats of the request, in OpenAI's form
 * @param logprobs with log-probabilities
 * @param store    whether the conversation is kept, to be gone on with
 * @param turns    the conversation without instructions, which are not carried on
 * @param input    items of the request's own input, to be listed later
 */
record ResponseRequest(Question question, boolean stream, ObjectNode head, boolean logprobs, boolean store, List<Turn> turns, ArrayNode input) {
}
