package io.tesserae.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Puts the pieces of an answer together again, for callers that want it whole. */
public final class CollectedAnswer {

    private final List<StringBuilder> texts;
    private final List<List<Long>> ids;
    private final List<List<TokenLogprob>> logprobs;
    private final List<List<ToolCall>> calls;

    public CollectedAnswer(int choices) {
        texts = IntStream.range(0, choices).mapToObj(choice -> new StringBuilder()).toList();
        ids = IntStream.range(0, choices).<List<Long>>mapToObj(choice -> new ArrayList<>()).toList();
        logprobs = IntStream.range(0, choices).<List<TokenLogprob>>mapToObj(choice -> new ArrayList<>()).toList();
        calls = IntStream.range(0, choices).<List<ToolCall>>mapToObj(choice -> new ArrayList<>()).toList();
    }

    /** Adds the next piece of its choice. */
    public void add(Piece piece) {
        texts.get(piece.choice()).append(piece.text());
        ids.get(piece.choice()).addAll(piece.tokenIds());
        logprobs.get(piece.choice()).addAll(piece.logprobs());
        List<ToolCall> made = calls.get(piece.choice());
        for (CallPiece call : piece.calls()) {
            ToolCall before = call.index() < made.size() ? made.remove(call.index()) : new ToolCall(call.id(), call.name(), "");
            made.add(call.index(), new ToolCall(before.id(), before.name(), before.arguments() + call.arguments()));
        }
    }

    public String text(int choice) {
        return texts.get(choice).toString();
    }

    public List<Long> tokenIds(int choice) {
        return ids.get(choice);
    }

    public List<TokenLogprob> logprobs(int choice) {
        return logprobs.get(choice);
    }

    public List<ToolCall> calls(int choice) {
        return calls.get(choice);
    }
}
