package io.tesserae.clients;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.service.UserMessage;
import io.quarkiverse.langchain4j.ImageUrl;
import io.quarkiverse.langchain4j.RegisterAiService;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Quarkus LangChain4j, unchanged: an AI service that is told about a picture. */
@QuarkusTest
class QuarkusLangChain4jTest {

    private static final String CLIENT = "Quarkus LangChain4j";

    /** What the application wants to ask. */
    @RegisterAiService
    public interface Beholder {

        @UserMessage("What is in this picture?")
        String describe(@ImageUrl Image image);

        @UserMessage("What is the capital of {country}?")
        Multi<String> capital(String country);

        @UserMessage("Make up a person.")
        Person person();
    }

    /** What an answer is held to. */
    public record Person(String name, int age) {
    }

    @Inject
    Beholder beholder;

    @Test
    void looksAtPictures() {
        assertFalse(beholder.describe(Image.builder().base64Data(Seen.picture()).mimeType("image/jpeg").build()).isBlank());
        Seen.seen(CLIENT, "chat");
        Seen.seen(CLIENT, "pictures");
    }

    @Test
    void streams() {
        List<String> tokens = beholder.capital("France").collect().asList().await().atMost(Duration.ofMinutes(4));
        assertTrue(tokens.size() > 1 && String.join("", tokens).contains("Paris"), tokens.toString());
        Seen.seen(CLIENT, "streaming");
    }

    @Test
    void answersAreHeldToARecord() {
        assertTrue(beholder.person().age() > Integer.MIN_VALUE);
        Seen.seen(CLIENT, "structured output");
    }
}
