package io.tesserae.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What became of all questions. Thread-safe. */
public final class Tally {

    private final List<Double> first = new ArrayList<>();
    private final List<Double> whole = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> different = new ArrayList<>();
    private double logprobsApart;

    synchronized void add(Script.Question question, Heard heard, Heard expected) {
        if (!heard.whole()) {
            lost.add(question.name() + ": " + heard.trouble() + " after " + Math.round(heard.wholeMillis()) + " ms");
            return;
        }
        first.add(heard.firstMillis());
        whole.add(heard.wholeMillis());
        String difference = heard.differsFrom(expected);
        if (!difference.isEmpty()) {
            different.add(question.name() + ": " + difference);
        } else {
            logprobsApart = Math.max(logprobsApart, heard.logprobsApart(expected));
        }
    }

    /** Questions that were answered whole, right or not. */
    public synchronized int answered() {
        return whole.size();
    }

    /** Questions that were not answered, each with its reason. */
    public synchronized List<String> lost() {
        return List.copyOf(lost);
    }

    /** Answers that are not the undisturbed ones, each with what differs. */
    public synchronized List<String> different() {
        return List.copyOf(different);
    }

    /** Milliseconds until the first words that this part of the answers did not pass. */
    public synchronized double first(double part) {
        return percentile(first, part);
    }

    /** Milliseconds until the end that this part of the answers did not pass. */
    public synchronized double whole(double part) {
        return percentile(whole, part);
    }

    /** The same of the answers that came after the first {@code from}. */
    public synchronized double whole(double part, int from) {
        return percentile(whole.subList(from, whole.size()), part);
    }

    private static double percentile(List<Double> values, double part) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, Math.ceil(part * sorted.length))];
    }

    /** All of it, as JSON. */
    public synchronized ObjectNode json() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("answered", whole.size()).put("lost", lost.size()).put("different", different.size());
        for (double part : new double[] {0.5, 0.95, 0.99}) {
            String name = "p" + Math.round(part * 100);
            json.put("first_ms_" + name, rounded(first(part))).put("whole_ms_" + name, rounded(whole(part)));
        }
        json.put("logprobs_apart", logprobsApart);
        lost.stream().limit(20).forEach(json.withArray("lost_examples")::add);
        different.stream().limit(20).forEach(json.withArray("different_examples")::add);
        return json;
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }

    @Override
    public synchronized String toString() {
        return whole.size() + " answered, " + lost.size() + " lost, " + different.size() + " different; first words p50 "
                + Math.round(first(0.5)) + ", p99 " + Math.round(first(0.99)) + " ms; whole p50 " + Math.round(whole(0.5)) + ", p99 "
                + Math.round(whole(0.99)) + " ms" + (lost.isEmpty() ? "" : "; lost: " + Arrays.toString(lost.stream().limit(3).toArray()))
                + (different.isEmpty() ? "" : "; different: " + Arrays.toString(different.stream().limit(3).toArray()));
    }
}
