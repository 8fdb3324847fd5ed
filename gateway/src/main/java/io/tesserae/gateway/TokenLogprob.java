package io.tesserae.gateway;

import java.util.List;

/**
 * How likely a token was.
 *
 * @param utf8    the token's bytes, which may be part of a character; never written to
 * @param logprob natural logarithm of its probability
 * @param top     the likeliest tokens in falling order, as many as asked for
 */
public record TokenLogprob(long tokenId, String text, byte[] utf8, float logprob, List<TokenLogprob> top) {
}
