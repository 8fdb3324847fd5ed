package io.tesserae.engines.triton;

import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One address: its channel, how many calls it has, and whether it takes calls. It does after it said that the model is ready and is what the card says,
 * until it says otherwise, or calls fail one after another: the circuit is then open until it says again that it is ready. Thread-safe.
 */
final class TritonServer {

    private static final System.Logger LOG = System.getLogger(TritonServer.class.getName());

    private final String address;
    private final TritonOptions options;
    private final ManagedChannel channel;
    private final ModelQuestions questions;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile ModelQuestions.Answer answer = ModelQuestions.Answer.notYet("it was not asked yet");

    TritonServer(String address, TritonOptions options, ModelCard card) {
        this.address = address;
        this.options = options;
        this.channel = TritonChannels.open(address, options);
        this.questions = new ModelQuestions(channel, options, card);
    }

    String address() {
        return address;
    }

    ManagedChannel channel() {
        return channel;
    }

    boolean ready() {
        return answer.ready();
    }

    /** Whether it takes no calls for a reason that waiting will not mend. */
    boolean refused() {
        return answer.settled() && !answer.ready();
    }

    /** Why it takes no calls. */
    String trouble() {
        return answer.trouble();
    }

    /** The model there, as it was when it last became ready. */
    Optional<Found> found() {
        return Optional.ofNullable(answer.found());
    }

    int underWay() {
        return underWay.get();
    }

    void began() {
        underWay.incrementAndGet();
    }

    /** A call is over. Says something of the server unless we gave it up ourselves: then the status is null. */
    void ended(Status status) {
        underWay.decrementAndGet();
        if (status == null) {
            return;
        }
        if (!TritonFailures.blamesServer(status)) {
            failuresInARow.set(0);
        } else if (failuresInARow.incrementAndGet() >= options.failures()) {
            answer = ModelQuestions.Answer.notYet(options.failures() + " calls failed one after another, the last with: " + TritonFailures.words(status));
        }
    }

    /** Operators see a server come and go, each reason once. */
    private void tell(ModelQuestions.Answer before, ModelQuestions.Answer now) {
        if (now.ready() && !before.ready()) {
            LOG.log(System.Logger.Level.INFO, "Triton at {0} serves {1}", address, options.modelInWords());
        } else if (!now.ready() && !now.trouble().equals(before.trouble())) {
            LOG.log(System.Logger.Level.WARNING, "Triton at {0} takes no calls: {1}", address, now.trouble());
        }
    }

    /** Asks whether it takes calls, for as long as that takes; does nothing while another asks. */
    void ask() {
        if (channel.isShutdown() || !asking.compareAndSet(false, true)) {
            return;
        }
        try {
            if (channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE) {
                channel.resetConnectBackoff();
            }
            ModelQuestions.Answer before = answer;
            ModelQuestions.Answer now = Context.ROOT.call(() -> questions.ask(before));
            if (now.ready() && !before.ready()) {
                failuresInARow.set(0);
            }
            if (channel.isShutdown()) {
                return;
            }
            tell(before, now);
            answer = now;
        } catch (Exception unexpected) {
            answer = ModelQuestions.Answer.notYet(unexpected.toString());
        } finally {
            asking.set(false);
        }
    }
}
