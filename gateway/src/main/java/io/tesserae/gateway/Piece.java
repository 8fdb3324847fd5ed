package io.tesserae.gateway;

import java.util.List;

/**
 * New tokens of an answer.
 *
 * @param choice   which answer, from 0
 * @param text     text that is certain; may be empty
 * @param tokenIds ids generated since the last piece, end tokens included
 * @param logprobs one for each id, where asked for; else empty
 * @param calls    further pieces of calls of tools; usually empty
 */
public record Piece(int choice, String text, List<Long> tokenIds, List<TokenLogprob> logprobs, List<CallPiece> calls) {
}
