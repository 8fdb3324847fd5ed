package io.tesserae.gateway;

import java.util.List;

/**
 * When an answer ends.
 *
 * @param maxTokens most tokens to generate; 0 for as many as the context has room for
 * @param stop      strings that end it, at most 16, none empty
 * @param ignoreEos go on after an end token
 */
public record Stopping(int maxTokens, List<String> stop, boolean ignoreEos) {
}
