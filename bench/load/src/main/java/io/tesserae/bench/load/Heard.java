package io.tesserae.bench.load;

import java.util.List;

/**
 * What came back of one question.
 *
 * @param trouble     why there is no whole answer; empty where there is one
 * @param choices     what was said, by choice
 * @param usage       tokens of prompt and answer
 * @param firstMillis until the first words, or the whole answer where it is not streamed
 * @param wholeMillis until the end
 */
public record Heard(String trouble, List<Choice> choices, String usage, double firstMillis, double wholeMillis) {

    /**
     * One answer.
     *
     * @param tokens   ids, in order
     * @param logprobs texts and log-probabilities of the tokens, as they came; empty where not asked for
     */
    public record Choice(String text, List<Long> tokens, String reason, List<Double> logprobs) {
    }

    /** No answer, for that reason. */
    static Heard nothing(String trouble, double millis) {
        return new Heard(trouble, List.of(), "", millis, millis);
    }

    public boolean whole() {
        return trouble.isEmpty();
    }

    /** What differs between this answer and the one that was expected; empty where nothing does. */
    public String differsFrom(Heard expected) {
        if (!usage.equals(expected.usage)) {
            return "usage " + usage + ", not " + expected.usage;
        }
        for (int i = 0; i < expected.choices.size(); i++) {
            String difference = difference(choices.get(i), expected.choices.get(i));
            if (!difference.isEmpty()) {
                return "choice " + i + ": " + difference;
            }
        }
        return "";
    }

    private static String difference(Choice said, Choice expected) {
        if (!said.tokens.equals(expected.tokens)) {
            int at = 0;
            while (at < Math.min(said.tokens.size(), expected.tokens.size()) && said.tokens.get(at).equals(expected.tokens.get(at))) {
                at++;
            }
            return "tokens from " + at + " of " + said.tokens.size() + ", not as the " + expected.tokens.size() + " of the undisturbed answer";
        }
        if (!said.text.equals(expected.text)) {
            return "text «" + said.text + "», not «" + expected.text + "»";
        }
        if (!said.reason.equals(expected.reason)) {
            return "finish reason " + said.reason + ", not " + expected.reason;
        }
        return said.logprobs.size() == expected.logprobs.size() ? "" : "log-probabilities of " + said.logprobs.size() + " tokens, not " + expected.logprobs.size();
    }

    /** By how much log-probabilities differ at most. */
    public double logprobsApart(Heard expected) {
        double most = 0;
        for (int i = 0; i < expected.choices.size(); i++) {
            List<Double> here = choices.get(i).logprobs;
            List<Double> there = expected.choices.get(i).logprobs;
            for (int token = 0; token < Math.min(here.size(), there.size()); token++) {
                most = Math.max(most, Math.abs(here.get(token) - there.get(token)));
            }
        }
        return most;
    }
}
