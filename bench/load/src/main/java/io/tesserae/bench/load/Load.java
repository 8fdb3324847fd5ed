package io.tesserae.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Callers that ask on and on, each its next question as soon as the last is answered, or at a rate. */
public final class Load implements AutoCloseable {

    private static final int TWICE = 2;

    private final Asker asker;
    private final List<Script.Question> script;
    private final List<Heard> expected;
    private final Tally tally = new Tally();
    private final List<Thread> callers = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final double secondsApart;
    private final Random gaps = new Random(1);
    private long nextArrival;
    private volatile boolean stopping;

    private Load(Asker asker, List<Script.Question> script, List<Heard> expected, double rate) {
        this.asker = asker;
        this.script = script;
        this.expected = expected;
        this.secondsApart = rate > 0 ? 1 / rate : 0;
    }

    /**
     * Asks everything, one question after the other, while nothing is disturbed. Fails where a question is not answered, or is answered in two ways: such an
     * answer proves nothing.
     */
    public static List<Heard> undisturbed(Asker asker, List<Script.Question> script) {
        List<Heard> answers = new ArrayList<>();
        for (Script.Question question : script) {
            Heard last = null;
            for (int time = 0; time < TWICE; time++) {
                Heard heard = asker.ask(question.body());
                String trouble = !heard.whole() ? heard.trouble() : last == null ? "" : heard.differsFrom(last);
                if (!trouble.isEmpty()) {
                    throw new IllegalStateException("undisturbed, «" + question.name() + "»: " + trouble);
                }
                last = heard;
            }
            answers.add(last);
        }
        return answers;
    }

    /**
     * Begins to ask.
     *
     * @param expected the right answers, see {@link #undisturbed}
     * @param rate     questions a second over all callers, at random times; 0 for as many as are answered
     */
    public static Load begin(Asker asker, List<Script.Question> script, List<Heard> expected, int callers, double rate) {
        Load load = new Load(asker, script, expected, rate);
        load.nextArrival = System.nanoTime();
        for (int caller = 0; caller < callers; caller++) {
            Thread thread = new Thread(load::ask, "load-" + caller);
            thread.setDaemon(true);
            thread.start();
            load.callers.add(thread);
        }
        return load;
    }

    private void ask() {
        while (!stopping) {
            awaitTurn();
            int question = Math.floorMod(next.getAndIncrement(), script.size());
            if (!stopping) {
                Heard heard = asker.ask(script.get(question).body());
                tally.add(script.get(question), heard, expected.get(question));
            }
        }
    }

    /** Questions arrive as those of many people do: the gaps are exponential. */
    private void awaitTurn() {
        if (secondsApart == 0) {
            return;
        }
        long arrival;
        synchronized (this) {
            nextArrival += (long) (-Math.log(1 - gaps.nextDouble()) * secondsApart * 1e9);
            arrival = nextArrival;
        }
        try {
            long pause = arrival - System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(Math.max(0, pause));
        } catch (InterruptedException stopped) {
            stopping = true;
        }
    }

    public Tally tally() {
        return tally;
    }

    /** Asks nothing new and waits for the answers that are under way. */
    @Override
    public void close() {
        stopping = true;
        for (Thread caller : callers) {
            try {
                caller.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
