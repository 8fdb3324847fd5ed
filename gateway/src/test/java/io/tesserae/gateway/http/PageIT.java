package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tesserae.gateway.doubles.StageDoubles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page and the API's own description are there, and true as far as can be seen from here. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
class PageIT {

    @Test
    void servesThePageAndEveryFileThatItNames() throws IOException {
        String page = given().get("/").then()
                .statusCode(200)
                .contentType("text/html")
                .header("content-security-policy", containsString("script-src 'self'"))
                .header("content-security-policy", not(containsString("unsafe")))
                .extract().asString();
        Matcher files = Pattern.compile("(?:src|href)=\"([a-z/]+\\.[a-z]+)\"").matcher(page);
        List<String> named = new ArrayList<>();
        while (files.find()) {
            named.add(files.group(1));
        }
        assertTrue(named.contains("app/main.js") && named.contains("page.css"), named.toString());
        named.addAll(files());
        named.forEach(file -> given().get("/" + file).then().statusCode(200).header("x-content-type-options", "nosniff"));
    }

    @Test
    void asksNobodyElse() throws IOException {
        for (String file : files().stream().filter(name -> name.startsWith("app/") || name.endsWith(".css") || name.endsWith(".html")).toList()) {
            given().get("/" + file).then().body(not(containsString("https://"))).body(not(containsString("//cdn")));
        }
    }

    /** The page's own files, as they lie in the jar. */
    private static List<String> files() throws IOException {
        Path root = Path.of("src/main/resources/META-INF/resources");
        try (Stream<Path> found = Files.walk(root)) {
            return found.filter(Files::isRegularFile).map(file -> root.relativize(file).toString().replace('\\', '/')).toList();
        }
    }

    /** What a first visit loads: the page, its styles, and the modules that the first one imports, with the libraries. */
    @Test
    void isLight() throws Exception {
        long bytes = 0;
        for (String file : files()) {
            if (!file.startsWith("app/panels/") && !file.startsWith("examples/") || file.contains("thumbs/")) {
                bytes += Files.size(Path.of("src/main/resources/META-INF/resources", file));
            }
        }
        assertTrue(bytes < 300_000, bytes + " bytes, uncompressed");
    }

    @Test
    void describesTheApi() throws Exception {
        JsonNode document = new ObjectMapper().readTree(given().accept("application/json").get("/q/openapi?format=json").asString());
        assertTrue(document.at("/paths").has("/v1/chat/completions"), document.toString());
        assertTrue(document.at("/paths").has("/v1/models"));
        assertEquals(false, document.at("/components/schemas/ChatRequest/additionalProperties").asBoolean(true));
        assertEquals(1, document.at("/components/schemas/ChatRequest/properties/messages/minItems").asInt());
    }
}
