package io.tesserae.engines;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.util.List;
import java.util.Optional;

/**
 * On whose behalf a run happens: what an engine in another process is told of it. Services put it into gRPC's {@link Context} when a call arrives;
 * batching carries it to the run.
 */
public final class Caller {

    /** Headers of the call that belong to the whole journey: trace context and the request's name. */
    public static final Context.Key<Metadata> HEADERS = Context.key("tesserae-caller-headers");

    private static final Context.Key<Deadline> RUN_DEADLINE = Context.key("tesserae-run-deadline");

    private Caller() {
    }

    /** What the call that this thread works for carries on; nothing outside a call. */
    public static Metadata headers() {
        Metadata headers = HEADERS.get();
        return headers == null ? new Metadata() : headers;
    }

    /** One header of it. */
    public static Optional<String> header(String name) {
        return Optional.ofNullable(headers().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
    }

    /** When nobody will wait for the run that this thread makes any more; empty where somebody waits for ever. */
    public static Optional<Deadline> deadline() {
        Deadline ofRun = RUN_DEADLINE.get();
        return Optional.ofNullable(ofRun == null ? Context.current().getDeadline() : ofRun);
    }

    /**
     * The context of a run for several calls: it bears the name and the trace of the first, ends with the most patient, and none of them cancels it
     * by leaving.
     *
     * @param calls at least one
     */
    public static Context together(List<Context> calls) {
        Context run = calls.get(0).fork();
        Deadline last = calls.get(0).getDeadline();
        for (Context call : calls) {
            Deadline deadline = call.getDeadline();
            last = last == null || deadline == null ? null : last.isBefore(deadline) ? deadline : last;
        }
        return last == null ? run : run.withValue(RUN_DEADLINE, last);
    }
}
