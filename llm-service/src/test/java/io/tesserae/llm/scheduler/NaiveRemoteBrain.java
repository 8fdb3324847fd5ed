package io.tesserae.llm.scheduler;

import io.tesserae.contract.model.ModelFolder;
import io.tesserae.contract.tensor.Tensor;
import io.tesserae.llm.decoder.NaiveBrain;
import io.tesserae.llm.remote.RemoteBrain;
import io.tesserae.llm.remote.RemoteListener;
import io.tesserae.llm.remote.RemoteRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The tiny model elsewhere: greedy, from nothing but embeddings, each token computed anew. */
final class NaiveRemoteBrain implements RemoteBrain {

    private final NaiveBrain brain;

    NaiveRemoteBrain(ModelFolder folder) {
        this.brain = new NaiveBrain(folder);
    }

    @Override
    public String name() {
        return "naive";
    }

    @Override
    public void check() {
        // It is here.
    }

    @Override
    public void requireSupported(RemoteRequest request) {
        // Greedy is all that it is asked for.
    }

    @Override
    public Run begin(RemoteRequest request, RemoteListener listener) {
        Map<Integer, float[]> embeddings = new HashMap<>();
        for (int i = 0; i < request.tokens(); i++) {
            Tensor row = request.embeddings().row(i);
            float[] numbers = new float[(int) row.extent(0)];
            row.floats().get(numbers);
            embeddings.put(i, numbers);
        }
        new Thread(() -> generate(request, embeddings, listener), "naive").start();
        return () -> { };
    }

    private void generate(RemoteRequest request, Map<Integer, float[]> embeddings, RemoteListener listener) {
        long[] ids = new long[request.tokens() + request.maxTokens()];
        for (int size = request.tokens(); size < ids.length; size++) {
            float[] logits = brain.logits(Arrays.copyOf(ids, size), embeddings);
            int best = 0;
            for (int id = 1; id < logits.length; id++) {
                best = logits[id] > logits[best] ? id : best;
            }
            ids[size] = best;
            listener.token(best, null);
            if (request.endIds().contains((long) best)) {
                break;
            }
        }
        listener.finished();
    }

    @Override
    public void close() {
        brain.close();
    }
}
