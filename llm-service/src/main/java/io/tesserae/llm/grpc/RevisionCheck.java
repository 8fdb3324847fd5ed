package io.tesserae.llm.grpc;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.model.Manifest;

/** Keeps an eye of one model version from being paired with a brain of another. */
final class RevisionCheck {

    private RevisionCheck() {
    }

    /** Throws REVISION_MISMATCH unless the revision is the manifest's; an empty one fits any. */
    static void require(Manifest manifest, String field, String revision) {
        if (!revision.isEmpty() && !revision.equals(manifest.revision())) {
            throw Failure.inField(Reason.REVISION_MISMATCH, field, "this llm service holds revision " + manifest.revision() + " of " + manifest.name()
                    + ", the request was planned with " + revision);
        }
    }
}
