package io.tesserae.gateway.caller;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** One line of JSON for each request, whichever way it came in and whatever became of it. Its category is {@code tesserae.audit}. */
@ApplicationScoped
public class AuditLog {

    private static final Logger LOG = Logger.getLogger("tesserae.audit");

    /** {@code status}: of HTTP, or gRPC's name for it. */
    public void write(Visit visit, String status) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        ObjectNode line = JsonNodeFactory.instance.objectNode()
                .put("request", visit.id())
                .put("caller", visit.callerName())
                .put("from", visit.from())
                .put("call", visit.how())
                .put("status", status);
        if (!visit.reason().isEmpty()) {
            line.put("reason", visit.reason());
        }
        if (!visit.model().isEmpty()) {
            line.put("model", visit.model()).put("images", visit.images())
                    .put("prompt_tokens", visit.promptTokens()).put("completion_tokens", visit.generatedTokens());
        }
        LOG.info(line.put("ms", TimeUnit.NANOSECONDS.toMillis(visit.age())).toString());
    }

}
