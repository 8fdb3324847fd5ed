package io.tesserae.contract.channel;

import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;

/** What a failed call says about whom to ask next. */
public enum Verdict {
    /** The replica is away, or went away with the call: another one, or the same one later, may answer. */
    AWAY,
    /** This replica cannot answer now, another one may: it is full, holds another revision, or the connection broke in the middle of a message. */
    ELSEWHERE,
    /** Every replica would say the same. */
    FINAL;

    /** Of what a call ended with, unless its caller ended it. */
    public static Verdict of(Throwable thrown) {
        return switch (Failure.from(thrown).reason()) {
            case STAGE_UNAVAILABLE -> AWAY;
            // A stage that stops cancels its calls without a word.
            case CANCELLED -> saysWhy(thrown) ? FINAL : AWAY;
            case QUEUE_FULL, KV_CACHE_FULL, REVISION_MISMATCH -> ELSEWHERE;
            case INTERNAL -> saysWhy(thrown) ? FINAL : ELSEWHERE;
            default -> FINAL;
        };
    }

    /** Whether the stage itself said what is wrong, and not the connection to it. */
    public static boolean saysWhy(Throwable thrown) {
        if (thrown instanceof Failure) {
            return true;
        }
        Status status = StatusProto.fromThrowable(thrown);
        return status != null && status.getDetailsCount() > 0;
    }
}
