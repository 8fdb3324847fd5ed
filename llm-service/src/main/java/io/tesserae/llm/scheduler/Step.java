package io.tesserae.llm.scheduler;

/**
 * What is computed next: a chunk of one sequence's prompt, one token for every running sequence, either or both.
 *
 * @param prefill  whose prompt; null for none
 * @param from     first token of the chunk
 * @param count    tokens of the chunk
 * @param decoding running sequences, which hold the first rows
 */
record Step(Sequence prefill, int from, int count, int decoding) {

    boolean empty() {
        return prefill == null && decoding == 0;
    }
}
