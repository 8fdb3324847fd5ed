package io.tesserae.llm.scheduler;

/** Where one sequence's time goes. */
final class SequenceClock {

    private final long started;
    private long admitted;
    private long prefill;
    private long waitingSince;
    private long waited;
    private long firstToken;
    private long lastToken;
    private long beforeLast;

    SequenceClock(long started) {
        this.started = started;
    }

    /** It was given a row. False if it had one before. */
    boolean admitted() {
        boolean first = admitted == 0;
        admitted = first ? System.nanoTime() : admitted;
        return first;
    }

    /** Time from its arrival until it was given a row. */
    long queue() {
        return admitted - started;
    }

    void computed(long nanos) {
        prefill += nanos;
    }

    long prefill() {
        return prefill;
    }

    /** It has a row, but embeddings that it needs next are missing. */
    void waits(long now) {
        if (waitingSince == 0) {
            waitingSince = now;
        }
    }

    /** They have come. */
    void goesOn(long now) {
        if (waitingSince != 0) {
            waited += now - waitingSince;
            waitingSince = 0;
        }
    }

    void token() {
        beforeLast = lastToken;
        lastToken = System.nanoTime();
        if (firstToken == 0) {
            firstToken = lastToken;
        }
    }

    boolean beforeFirstToken() {
        return firstToken == 0;
    }

    /** Time between the last token and the one before; 0 if there is none. */
    long gap() {
        return beforeLast == 0 ? 0 : lastToken - beforeLast;
    }

    long decode() {
        return lastToken - firstToken;
    }

    AnswerEnd.Times times() {
        return new AnswerEnd.Times(admitted == 0 ? 0 : queue(), prefill, decode(), firstToken == 0 ? 0 : firstToken - started, waited);
    }
}
