package io.tesserae.gateway.stage;

import io.tesserae.contract.metric.Stage;

/** The services behind the gateway. */
enum RemoteStage {
    VISION("vision", Stage.ENCODE),
    PROJECTOR("projector", Stage.PROJECT),
    LLM("llm", Stage.PREFILL);

    private final String title;
    private final Stage work;

    RemoteStage(String title, Stage work) {
        this.title = title;
        this.work = work;
    }

    /** Its name in messages for people. */
    String title() {
        return title;
    }

    /** Tag that its calls are counted under. */
    String tag() {
        return work.tag();
    }
}
