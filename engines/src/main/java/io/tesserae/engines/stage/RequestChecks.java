package io.tesserae.engines.stage;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;

/** What every stage asks of a request. */
public final class RequestChecks {

    private RequestChecks() {
    }

    /** Throws REVISION_MISMATCH where a request was planned with another revision of the model. Empty accepts any. */
    public static void revision(String planned, String loaded) {
        if (!planned.isEmpty() && !planned.equals(loaded)) {
            throw Failure.inField(Reason.REVISION_MISMATCH, "model_revision",
                    "this stage holds revision " + loaded + " of the model, the request was planned with " + planned);
        }
    }

    /** Throws INVALID_FIELD unless a call has at least one tile and at most {@code most}. */
    public static void tileCount(int tiles, int most) {
        if (tiles == 0) {
            throw invalid("tiles", "must have at least one tile");
        }
        if (tiles > most) {
            throw invalid("tiles", "has " + tiles + " tiles, at most " + most + " go into one call");
        }
    }

    /** An INVALID_FIELD failure. The message begins with the field's name. */
    public static Failure invalid(String field, String wrong) {
        return Failure.inField(Reason.INVALID_FIELD, field, field + " " + wrong);
    }
}
