package io.tesserae.llm.remote;

import java.util.Map;

/**
 * A double of an engine's server, for {@link RemoteBrainContract}. It answers with what stands in the first column of its prompt: token i of an answer is the number
 * in row i, and from the last row on it begins again. So an answer is right only if every embedding came whole and in order. The log-probability of id n is -n/1000;
 * alternatives are the ids after it, n+1, n+2 and so on.
 */
public interface EchoServer extends AutoCloseable {

    /** Width of the embeddings that it takes. */
    int WIDTH = 8;

    /** As it is said in configuration. */
    String address();

    /** From now on answers stand still after so many tokens, their streams open; {@link Integer#MAX_VALUE} lets all go on. */
    void holdAfter(int tokens);

    /** Answers under way, as the server itself sees them. */
    int running();

    /** Answers begun since it was made. */
    int begun();

    /** What the last request said, by the names of {@code tesserae.llm.v1.Sampling}, in numbers; what was not said is absent. */
    Map<String, Double> sampling();

    /** Ends as a process does that is killed: connections break, the address refuses. */
    void kill();

    /** Begins again at the same address. */
    void restart();

    @Override
    void close();
}
