package io.tesserae.gateway.caller;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Everything that is logged while this is open, as it is shown. */
public final class AuditLines extends Handler implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger root = Logger.getLogger("");

    public AuditLines() {
        root.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        lines.add(record.getLoggerName() + " " + record.getMessage()
                + (record.getParameters() == null ? "" : java.util.Arrays.toString(record.getParameters()))
                + (record.getThrown() == null ? "" : record.getThrown()));
    }

    /** All lines so far. */
    public List<String> lines() {
        return lines;
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() {
        root.removeHandler(this);
    }
}
