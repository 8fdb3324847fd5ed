package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.AnswerSummary;
import io.tesserae.gateway.Usage;
import io.tesserae.gateway.errand.Errand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * One line for each request's end, in a category of its own, with the ids of request and trace and its figures as fields of their own where logs
 * are JSON. Never a word of what was asked or answered.
 */
final class RequestLog {

    private static final Logger LOG = Logger.getLogger("io.tesserae.requests");

    void answered(Errand errand, String model, AnswerSummary summary) {
        if (!LOG.isDebugEnabled()) {
            return;
        }
        Usage usage = summary.usage();
        Map<String, Object> fields = fields(errand);
        fields.put("model", model);
        fields.put("finish", summary.finishes().get(0).toString());
        fields.put("millis", millis(summary.times().total()));
        fields.put("firstTokenMillis", millis(summary.times().firstToken()));
        summary.times().nanos().forEach((stage, nanos) -> fields.put("stage." + stage.tag(), millis(nanos)));
        fields.put("promptTokens", usage.promptTokens());
        fields.put("generatedTokens", usage.completionTokens());
        fields.put("tiles", usage.tiles());
        with(fields, () -> LOG.debugf("request %s answered in %s ms, first token after %s ms: %d tiles, %d + %d tokens", errand.id(),
                millis(summary.times().total()), millis(summary.times().firstToken()), usage.tiles(), usage.promptTokens(), usage.completionTokens()));
    }

    void failed(Errand errand, Failure failure) {
        Map<String, Object> fields = fields(errand);
        fields.put("reason", failure.reason().name());
        with(fields, () -> {
            if (failure.reason() == Reason.INTERNAL) {
                LOG.errorf(failure.getCause(), "request %s failed: %s", errand.id(), failure.getMessage());
            } else if (failure.reason() == Reason.STAGE_UNAVAILABLE) {
                LOG.warnf("request %s failed: %s", errand.id(), failure.getMessage());
            } else {
                LOG.debugf("request %s was not answered: %s", errand.id(), failure.reason());
            }
        });
    }

    private static Map<String, Object> fields(Errand errand) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("requestId", errand.id());
        if (!errand.trace().id().isEmpty()) {
            fields.put("traceId", errand.trace().id());
            fields.put("spanId", errand.trace().spanId());
        }
        return fields;
    }

    private static void with(Map<String, Object> fields, Runnable logging) {
        fields.forEach((name, value) -> MDC.put(name, value.toString()));
        try {
            logging.run();
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }

    private static String millis(long nanos) {
        return Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
