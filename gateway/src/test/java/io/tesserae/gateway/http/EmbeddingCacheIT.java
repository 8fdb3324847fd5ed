package io.tesserae.gateway.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tesserae.gateway.doubles.Pictures;
import io.tesserae.gateway.doubles.StageDoubles;
import io.tesserae.gateway.doubles.Waiting;
import io.tesserae.llm.v1.PromptPart;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pictures that were seen before, and pictures that several ask about at once. */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@TestProfile(EmbeddingCacheIT.RoomForTwo.class)
class EmbeddingCacheIT {

    /** Two pictures of up to seven tiles; more callers at once than tests send. */
    public static final class RoomForTwo implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("tesserae.gateway.embedding-cache", "2200", "tesserae.gateway.requests.running", "16");
        }
    }

    private static final String PATH = "/v1/chat/completions";

    /** Each test has a revision of its own, so that none finds what another left. */
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final ExecutorService callers = Executors.newCachedThreadPool();

    StageDoubles stages;

    @TestHTTPResource
    URL server;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
        stages.behaviour.revision = String.format("%064x", TESTS.incrementAndGet());
        // Has the gateway learn of it, so that no test begins with a second attempt.
        ask("{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }

    private static String question(byte[] png, String detail) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":[" + ChatCompletionsIT.image(png, detail) + "]}]}";
    }

    private static JsonPath ask(String body) {
        Response response = given().contentType(ContentType.JSON).body(body).post(PATH);
        assertEquals(200, response.statusCode(), response::asString);
        return response.jsonPath();
    }

    private static String said(JsonPath answer) {
        return answer.getString("choices[0].message.content");
    }

    private static int cached(JsonPath answer) {
        return answer.getInt("timings.cached_tiles");
    }

    private CompletableFuture<JsonPath> asking(String body) {
        return CompletableFuture.supplyAsync(() -> ask(body), callers);
    }

    private static double metric(String name) {
        return given().get("/q/metrics").asString().lines()
                .filter(line -> line.startsWith("tesserae_cache_" + name) && line.contains("cache=\"encoder\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    /** Waits until the gateway has noticed who left. */
    private static void runningIs(int requests) throws InterruptedException {
        Waiting.until("requests running: " + requests, () -> given().get("/q/metrics").asString()
                .contains("tesserae_gateway_requests_running " + requests + ".0"));
    }

    private int encodes() {
        return stages.behaviour.encodesBegun.get();
    }

    @Test
    void aPictureSeenBeforeIsNotEncodedAgain() {
        double queries = metric("queries");
        double hits = metric("hits");
        JsonPath first = ask(StagesIT.picture());
        JsonPath second = ask(StagesIT.picture());
        assertEquals(StagesIT.SEEN, said(first));
        assertEquals(StagesIT.SEEN, said(second));
        assertEquals(7, encodes());
        assertEquals(0, cached(first));
        assertEquals(7, cached(second));
        assertEquals(7, second.getInt("timings.tiles"));
        assertTrue(first.getMap("timings.stages").containsKey("encode_ms"));
        assertTrue(!second.getMap("timings.stages").containsKey("encode_ms"), "nothing was encoded for it");
        assertEquals(2, metric("queries") - queries);
        assertEquals(1, metric("hits") - hits);
        assertTrue(metric("bytes") > 0 && metric("bytes") <= 2200);
    }

    @Test
    void theSamePixelsInAnotherFileAreTheSamePicture() {
        byte[] file = Pictures.squares(3000, 2000);
        byte[] another = Pictures.recompressed(file);
        assertNotEquals(ByteString.copyFrom(file), ByteString.copyFrom(another));
        ask(question(file, "high"));
        assertEquals(StagesIT.SEEN, said(ask(question(another, "high"))));
        assertEquals(7, encodes());
    }

    @Test
    void anotherPictureOfTheSameSizeIsAnother() {
        assertEquals("user:<[70]>|", said(ask(question(Pictures.png(40, 30, 70), null))));
        assertEquals("user:<[71]>|", said(ask(question(Pictures.png(40, 30, 71), null))));
        assertEquals("user:<[70]>|", said(ask(question(Pictures.png(30, 40, 70), null))));
        assertEquals(3, encodes());
    }

    @Test
    void lookedAtMoreCloselyItIsAnotherPicture() {
        ask(question(Pictures.squares(3000, 2000), "low"));
        assertEquals(1, encodes());
        assertEquals(StagesIT.SEEN, said(ask(StagesIT.picture())));
        assertEquals(8, encodes());
        assertEquals("user:<[50]>|", said(ask(question(Pictures.squares(3000, 2000), "low"))));
        assertEquals(8, encodes());
    }

    @Test
    void throughAnotherNerveItIsAnotherPicture() {
        ask(StagesIT.picture());
        JsonPath wide = ask(StagesIT.picture().replaceFirst("\\{", "{\"tesserae\":{\"nerve\":\"wide\"},"));
        assertEquals(StagesIT.SEEN.replaceAll("\\[(\\d\\d)]", "[10$1]"), said(wide));
        assertEquals(14, encodes());
        assertEquals(7, cached(ask(StagesIT.picture())), "the first is still there");
    }

    @Test
    void toAnotherRevisionItIsAnotherPicture() {
        ask(StagesIT.picture());
        stages.behaviour.revision = "f".repeat(64);
        stages.behaviour.encodesBegun.set(0);
        assertEquals(0, cached(ask(StagesIT.picture())));
        assertTrue(encodes() >= 7);
    }

    @Test
    void whatWasSeenLongestAgoMakesRoom() {
        double evictions = metric("evictions");
        for (int red : new int[] {1, 2, 3}) {
            ask(question(Pictures.png(40, 30, red), null));
        }
        double gone = metric("evictions") - evictions;
        assertTrue(gone >= 1 && gone <= 3, "one, and what other tests left: " + gone);
        assertTrue(metric("bytes") <= 2200);
        assertEquals(1, cached(ask(question(Pictures.png(40, 30, 3), null))));
        assertEquals(1, cached(ask(question(Pictures.png(40, 30, 2), null))));
        assertEquals(0, cached(ask(question(Pictures.png(40, 30, 1), null))));
        assertEquals(4, encodes());
    }

    @Test
    void tenAtOnceEncodeItOnce() throws Exception {
        stages.behaviour.eyeHolds = true;
        double hits = metric("hits");
        List<CompletableFuture<JsonPath>> answers = IntStream.range(0, 10).mapToObj(caller -> asking(StagesIT.picture())).toList();
        Waiting.until("nine wait for one", () -> metric("hits") == hits + 9);
        stages.behaviour.eyeHolds = false;
        answers.forEach(answer -> assertEquals(StagesIT.SEEN, said(answer.join())));
        assertEquals(7, encodes());
        assertEquals(1, answers.stream().filter(answer -> cached(answer.join()) == 0).count(), "one encoded it, nine waited");
    }

    @Test
    void whoeverBeganItMayLeave() throws Exception {
        stages.behaviour.eyeHolds = true;
        double hits = metric("hits");
        CompletableFuture<JsonPath> follower;
        try (RawCall leader = new RawCall(server.getPort(), PATH, StagesIT.picture())) {
            Waiting.until("the eye is at work", () -> encodes() > 0);
            follower = asking(StagesIT.picture());
            Waiting.until("another waits too", () -> metric("hits") > hits);
        }
        runningIs(1);
        stages.behaviour.eyeHolds = false;
        assertEquals(StagesIT.SEEN, said(follower.join()));
        assertEquals(7, encodes());
        assertEquals(0, stages.behaviour.encodesCancelled.get());
    }

    @Test
    void whoeverJoinedMayLeave() throws Exception {
        stages.behaviour.eyeHolds = true;
        double hits = metric("hits");
        CompletableFuture<JsonPath> leader = asking(StagesIT.picture());
        Waiting.until("the eye is at work", () -> encodes() > 0);
        try (RawCall follower = new RawCall(server.getPort(), PATH, StagesIT.picture())) {
            Waiting.until("another waits too", () -> metric("hits") > hits);
        }
        runningIs(1);
        stages.behaviour.eyeHolds = false;
        assertEquals(StagesIT.SEEN, said(leader.join()));
        assertEquals(7, encodes());
        assertEquals(0, stages.behaviour.encodesCancelled.get());
    }

    @Test
    void onceAllHaveLeftTheEyeIsStopped() throws Exception {
        stages.behaviour.eyeHolds = true;
        double hits = metric("hits");
        try (RawCall leader = new RawCall(server.getPort(), PATH, StagesIT.picture())) {
            Waiting.until("the eye is at work", () -> encodes() == 7);
            try (RawCall follower = new RawCall(server.getPort(), PATH, StagesIT.picture())) {
                Waiting.until("another waits too", () -> metric("hits") > hits);
            }
        }
        Waiting.until("every tile was given up", () -> stages.behaviour.encodesCancelled.get() == 7);
        stages.behaviour.eyeHolds = false;
        assertEquals(StagesIT.SEEN, said(ask(StagesIT.picture())));
    }

    @Test
    void whatFailsForOneIsTakenOverByAnother() throws Exception {
        stages.behaviour.eyeHolds = true;
        // At either eye: a call that one refuses is made at the other.
        stages.behaviour.tilesToFail.set(2);
        double hits = metric("hits");
        CompletableFuture<Integer> leader = CompletableFuture.supplyAsync(
                () -> given().contentType(ContentType.JSON).body(question(Pictures.png(40, 30, 9), null)).post(PATH).statusCode(), callers);
        Waiting.until("the eye is at work", () -> encodes() > 0);
        List<CompletableFuture<JsonPath>> followers = IntStream.range(0, 3)
                .mapToObj(caller -> asking(question(Pictures.png(40, 30, 9), null))).toList();
        Waiting.until("three wait too", () -> metric("hits") == hits + 3);
        stages.behaviour.eyeHolds = false;
        assertEquals(429, leader.join());
        followers.forEach(follower -> assertEquals("user:<[9]>|", said(follower.join())));
        assertEquals(3, encodes(), "one of the three encoded it for all");
    }

    @Test
    void aPictureThatFailedIsNotKept() {
        stages.behaviour.tilesToFail.set(14);
        given().contentType(ContentType.JSON).body(StagesIT.picture()).post(PATH).then().statusCode(429);
        stages.behaviour.tilesToFail.set(0);
        assertEquals(0, cached(ask(StagesIT.picture())));
        assertEquals(7, cached(ask(StagesIT.picture())));
    }

    @Test
    void theBrainIsToldTheSameOfTheSamePicture() {
        ask(StagesIT.picture());
        List<ByteString> first = hashes();
        ask(StagesIT.picture());
        assertEquals(first, hashes());
        ask(question(Pictures.squares(3000, 1999), "high"));
        assertTrue(hashes().stream().noneMatch(first::contains));
        assertEquals(7, first.stream().distinct().count());
        assertTrue(first.stream().allMatch(hash -> hash.size() == 32));
    }

    private List<ByteString> hashes() {
        return stages.behaviour.lastStart.getPromptList().stream().filter(PromptPart::hasImage)
                .map(part -> part.getImage().getContentHash()).toList();
    }
}
