package io.tesserae.gateway.chat;

import io.tesserae.gateway.Content;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.Turn;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import org.jboss.logging.Logger;

/** Writes down what was asked, where somebody switched that on; never a picture. */
@ApplicationScoped
class PromptLog {

    private static final Logger LOG = Logger.getLogger("tesserae.prompts");

    private final boolean on;

    PromptLog(GatewayConfig config) {
        on = config.logPrompts();
    }

    void write(Question question, Errand errand) {
        if (!on) {
            return;
        }
        StringBuilder said = new StringBuilder();
        for (Turn turn : question.turns()) {
            said.append(turn.role().name().toLowerCase(Locale.ROOT)).append(": ");
            for (Content content : turn.content()) {
                said.append(content instanceof Content.Words words ? words.text() : "[image]");
            }
            said.append('\n');
        }
        LOG.infof("request %s asks\n%s", errand.id(), said);
    }
}
