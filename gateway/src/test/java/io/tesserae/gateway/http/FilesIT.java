package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tesserae.gateway.caller.Guarded;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads: kept, listed, asked about, and nobody else's. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@TestProfile(Guarded.class)
class FilesIT {

    private static final byte[] PICTURE = Pictures.png(40, 30, 9);

    StageDoubles stages;

    @TestHTTPResource
    String server;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
    }

    @AfterEach
    void tidy() {
        for (String name : List.of("alice", "bob", "hoarder")) {
            List<String> ids = as(name).get("/v1/files").jsonPath().getList("data.id");
            ids.forEach(id -> as(name).delete("/v1/files/" + id));
        }
    }

    private static RequestSpecification as(String name) {
        return given().header("authorization", Guarded.bearer(name));
    }

    private static ValidatableResponse upload(String name, byte[] bytes) {
        return as(name).multiPart("purpose", "vision").multiPart("file", "cat.png", bytes, "image/png").post("/v1/files").then();
    }

    private static String uploaded(String name) {
        return upload(name, PICTURE).statusCode(200).extract().path("id");
    }

    private static ValidatableResponse ask(String name, String part) {
        return as(name).contentType(ContentType.JSON).body("{\"messages\":[{\"role\":\"user\",\"content\":[" + part + "]}]}").post("/v1/chat/completions").then();
    }

    @Test
    void anUploadIsKeptAsItIs() {
        long now = System.currentTimeMillis() / 1_000;
        ValidatableResponse answer = upload("alice", PICTURE).statusCode(200)
                .body("id", matchesPattern("file-[A-Za-z0-9]{24}")).body("object", equalTo("file")).body("bytes", equalTo(PICTURE.length))
                .body("filename", equalTo("cat.png")).body("purpose", equalTo("vision")).body("status", equalTo("processed"));
        int created = answer.extract().path("created_at");
        int expires = answer.extract().path("expires_at");
        assertTrue(created >= now && created <= now + 60);
        assertEquals(created + 30 * 86_400, expires);
        String id = answer.extract().path("id");
        assertArrayEquals(PICTURE, as("alice").get("/v1/files/" + id + "/content").then().contentType("image/png").extract().asByteArray());
        as("alice").get("/v1/files/" + id).then().statusCode(200).body("id", equalTo(id));
        as("alice").delete("/v1/files/" + id).then().statusCode(200).body("deleted", equalTo(true)).body("id", equalTo(id));
        as("alice").get("/v1/files/" + id).then().statusCode(404).body("error.code", equalTo("file_not_found"));
        as("alice").get("/v1/files/" + id + "/content").then().statusCode(404);
        as("alice").delete("/v1/files/" + id).then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type':'image_url','image_url':{'file_id':'ID'}}", "{'type':'image_url','image_url':{'file_id':'ID','detail':'low'}}",
        "{'type':'image_file','image_file':{'file_id':'ID'}}", "{'type':'file','file':{'file_id':'ID'}}"})
    void anUploadIsAskedAbout(String part) {
        String id = uploaded("alice");
        ask("alice", part.replace('\'', '"').replace("ID", id)).statusCode(200).body("choices[0].message.content", containsString("[9]"));
        ask("bob", part.replace('\'', '"').replace("ID", id)).statusCode(404).body("error.code", equalTo("file_not_found"))
                .body("error.param", matchesPattern("messages\\[0\\].content\\[0\\]\\.(image_url|image_file|file)\\.file_id"));
    }

    @Test
    void nobodyElseSeesIt() {
        String id = uploaded("alice");
        as("bob").get("/v1/files/" + id).then().statusCode(404);
        as("bob").get("/v1/files/" + id + "/content").then().statusCode(404);
        as("bob").delete("/v1/files/" + id).then().statusCode(404);
        as("bob").get("/v1/files").then().statusCode(200).body("data", equalTo(List.of()));
        as("alice").get("/v1/files/" + id).then().statusCode(200);
    }

    @Test
    void filesAreListedByPages() {
        List<String> ids = List.of(uploaded("alice"), uploaded("alice"), uploaded("alice"));
        List<String> all = as("alice").get("/v1/files").then().statusCode(200).body("object", equalTo("list")).body("has_more", equalTo(false)).extract().path("data.id");
        assertEquals(3, all.size());
        assertTrue(all.containsAll(ids));
        as("alice").get("/v1/files?limit=2").then().body("data.id", equalTo(all.subList(0, 2))).body("has_more", equalTo(true)).body("last_id", equalTo(all.get(1)));
        as("alice").get("/v1/files?limit=2&after=" + all.get(1)).then().body("data.id", equalTo(all.subList(2, 3))).body("has_more", equalTo(false));
        as("alice").get("/v1/files?order=asc&limit=1").then().body("data.id", equalTo(all.subList(2, 3)));
        as("alice").get("/v1/files?purpose=assistants").then().body("data", equalTo(List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=many", "limit=10001", "order=up", "after=file-none", "page=2", "limit=1&limit=2"})
    void listsThatCannotBeAreRefused(String query) {
        as("alice").get("/v1/files?" + query).then().statusCode(400).body("error.param", equalTo(query.replaceAll("=.*", "")));
    }

    @Test
    void theQuotaIsKept() {
        for (int i = 0; i < 3; i++) {
            uploaded("hoarder");
        }
        upload("hoarder", PICTURE).statusCode(429).body("error.code", equalTo("insufficient_quota")).body("error.param", equalTo("file"));
        uploaded("bob");
    }

    @Test
    void whatIsNoPictureIsNotKept() {
        upload("alice", "not a picture".getBytes()).statusCode(415).body("error.param", equalTo("file"));
        upload("alice", Arrays.copyOf(PICTURE, 20)).statusCode(400).body("error.param", equalTo("file"));
        upload("alice", new byte[0]).statusCode(400);
        as("alice").get("/v1/files").then().body("data", equalTo(List.of()));
    }

    @Test
    void formsAreReadStrictly() throws Exception {
        as("alice").multiPart("file", "a.png", PICTURE).post("/v1/files").then().statusCode(400).body("error.param", equalTo("purpose"));
        as("alice").multiPart("purpose", "vision").post("/v1/files").then().statusCode(400).body("error.param", equalTo("file"));
        as("alice").multiPart("purpose", "batch").multiPart("file", "a.png", PICTURE).post("/v1/files").then().statusCode(400).body("error.param", equalTo("purpose"));
        as("alice").multiPart("purpose", "vision").multiPart("colour", "red").multiPart("file", "a.png", PICTURE).post("/v1/files").then()
                .statusCode(400).body("error.param", equalTo("colour"));
        as("alice").contentType(ContentType.JSON).body("{}").post("/v1/files").then().statusCode(400);
        assertEquals(400, raw("multipart/form-data; boundary=x", "--y\r\nnonsense"));
        assertEquals(400, raw("multipart/form-data", "--y\r\nnonsense"));
        assertEquals(400, raw("multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc"));
        as("alice").multiPart("purpose", "vision").multiPart("expires_after[anchor]", "created_at").multiPart("expires_after[seconds]", "10")
                .multiPart("file", "a.png", PICTURE).post("/v1/files").then().statusCode(400).body("error.param", equalTo("expires_after.seconds"));
        int expires = as("alice").multiPart("purpose", "vision").multiPart("expires_after[anchor]", "created_at").multiPart("expires_after[seconds]", "3600")
                .multiPart("file", "../../etc/pass\u0000wd.png", PICTURE).post("/v1/files").then().statusCode(200).extract().path("expires_at");
        assertTrue(expires <= System.currentTimeMillis() / 1_000 + 3_600);
        List<String> names = as("alice").get("/v1/files").jsonPath().getList("data.filename");
        assertTrue(names.stream().noneMatch(name -> name.contains("/") || name.contains("\u0000")), names::toString);
    }

    private int raw(String type, String body) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(server.replaceAll("/$", "") + "/v1/files")).header("content-type", type)
                .header("authorization", Guarded.bearer("alice")).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/files/..%2f..%2fetc%2fpasswd", "/v1/files/%2e%2e", "/v1/files/file-AAAAAAAAAAAAAAAAAAAAAAA%00", "/v1/files/file-", "/v1/files/x/content"})
    void noIdIsAPath(String path) {
        as("alice").urlEncodingEnabled(false).get(path).then().statusCode(org.hamcrest.Matchers.oneOf(400, 404));
    }
}
