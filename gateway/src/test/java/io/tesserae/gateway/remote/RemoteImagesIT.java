package io.tesserae.gateway.remote;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.tesserae.gateway.doubles.StageDoubles;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pictures behind URLs: what an honest host gives, and that no spelling, no answer of a resolver and no redirect leads anywhere else. In each
 * hostile URL, VICTIM stands for the port of a server of this very machine that must not be asked.
 */
@QuarkusTest
@QuarkusTestResource(StageDoubles.class)
@QuarkusTestResource(value = PictureHost.class, restrictToAnnotatedClass = true)
class RemoteImagesIT {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    StageDoubles stages;
    PictureHost host;

    @Inject
    ScriptedNames names;

    @BeforeEach
    void reset() {
        stages.behaviour.reset();
        names.answer(PictureHost.NAME, PictureHost.ADDRESS);
        names.answer("localhost", "127.0.0.1");
        names.answer("other.example.org", PictureHost.ADDRESS);
        names.answer("unnamed.example.org", PictureHost.ADDRESS);
        host.hits.clear();
    }

    private static ValidatableResponse ask(String... urls) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode content = body.putArray("messages").addObject().put("role", "user").putArray("content");
        for (String url : urls) {
            content.addObject().put("type", "image_url").putObject("image_url").put("url", url);
        }
        return given().contentType(ContentType.JSON).body(body.toString()).post("/v1/chat/completions").then();
    }

    static Stream<String> hostileUrls() {
        List<String> urls = new ArrayList<>();
        // Every address of a machine and its networks, as itself.
        for (String address : List.of("127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "0.0.0.0", "10.0.0.1", "10.255.0.1", "100.64.0.1",
                "100.100.100.200", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1.1", "192.0.0.192",
                "198.18.0.1", "168.63.129.16", "224.0.0.1", "240.0.0.1", "255.255.255.255",
                "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]", "[0:0:0:0:0:ffff:7f00:1]",
                "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]",
                "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]")) {
            urls.add("http://" + address + ":VICTIM/");
        }
        // The same written oddly.
        for (String odd : List.of("2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "127.0.0.01", "0127.0.0.1",
                "127.0.0.1.", "127。0。0。1", "127%2e0%2e0%2e1", "%31%32%37.0.0.1", "①②⑦.0.0.1", "ⓛocalhost", "localhost", "LOCALHOST", "localhost.", "localhost%00",
                "127.0.0.1%00.example.org", "127.0.0.1%23@example.org", "[::1%25lo]", "[::1%lo]", "[fe80::1%25eth0]", "[::ffff:0x7f.1]", "4294967297", "256.256.256.256",
                "127.0.0.1:80:VICTIM", "", ":", "-", "a..b", "exa_mple.org", "example.org\u00ad", "ex\u200bample.org")) {
            urls.add("http://" + odd + ":VICTIM/");
        }
        // A host that is not where it seems to be.
        urls.addAll(List.of(
                "http://user:secret@pictures.example.org:VICTIM/", "http://pictures.example.org@127.0.0.1:VICTIM/", "http://pictures.example.org:80@127.0.0.1:VICTIM/",
                "http://127.0.0.1:VICTIM\\@pictures.example.org/", "http://pictures.example.org\\@127.0.0.1:VICTIM/", "http:\\\\127.0.0.1:VICTIM/",
                "http:/127.0.0.1:VICTIM/", "http:127.0.0.1:VICTIM/", "http:///127.0.0.1:VICTIM/", "http://\t127.0.0.1:VICTIM/", "http://127.0.0.1:VICTIM/\r\nhost: a",
                "http://127.0.0.1 :VICTIM/", " http://127.0.0.1:VICTIM/", "http://pictures.example.org:99999/", "http://pictures.example.org:-1/", "http://pictures.example.org:22/",
                "http://pictures.example.org:6379/", "http://pictures.example.org:/", "https://", "http://?VICTIM", "http://#127.0.0.1"));
        // Other schemes.
        urls.addAll(List.of("file:///etc/passwd", "FILE://localhost/etc/passwd", "ftp://127.0.0.1:VICTIM/", "gopher://127.0.0.1:VICTIM/_GET", "dict://127.0.0.1:VICTIM/",
                "jar:http://127.0.0.1:VICTIM/!/a", "ldap://127.0.0.1:VICTIM/", "netdoc:///etc/passwd", "javascript:alert(1)", "blob:http://127.0.0.1:VICTIM/", "//127.0.0.1:VICTIM/"));
        return urls.stream();
    }

    @ParameterizedTest
    @MethodSource("hostileUrls")
    void noSpellingGetsThrough(String url) {
        refused(url.replace("VICTIM", Integer.toString(host.victimPort())));
    }

    private void refused(String url) {
        ask(url).statusCode(400).body("error.param", equalTo("messages[0].content[0].image_url.url"));
        assertEquals(0, host.victimHits.get(), url);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "127.0.0.1", "127.0.0.7,127.0.0.1", "127.0.0.1,127.0.0.7", "0.0.0.0", "10.0.0.5", "172.20.0.5", "192.168.7.7", "100.64.9.9", "169.254.169.254", "168.63.129.16",
        "192.0.0.170", "198.19.0.1", "224.0.0.251", "::1", "::", "fe80::1", "fc00::7", "fd00:ec2::254", "fec0::1", "ff02::fb", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1",
        "2001::7f00:1", "2001:db8::1", "hex:00000000000000000000ffff7f000001", "hex:00000000000000000000ffffa9fea9fe", "hex:0000000000000000000000007f000001", "127.0.0.7,::1"})
    void noAnswerOfAResolverGetsThrough(String addresses) {
        String name = "hostile-" + NUMBER.incrementAndGet() + ".example.net";
        names.answer(name, addresses.split(","));
        ask("http://" + name + ":" + host.victimPort() + "/").statusCode(400).body("error.code", equalTo("invalid_image_url"));
        ask("https://" + name + ":" + host.victimPort() + "/").statusCode(400).body("error.code", equalTo("invalid_image_url"));
        assertEquals(0, host.victimHits.get(), addresses);
    }

    @Test
    void aNameIsLookedUpOnceAndWhatWasJudgedIsConnectedTo() {
        names.answer("rebinding.example.net", PictureHost.ADDRESS);
        names.answer("rebinding.example.net", "127.0.0.1");
        ask("http://rebinding.example.net:" + host.httpPort() + "/first").statusCode(200);
        assertEquals(1, names.lookupsOf("rebinding.example.net"));
        assertEquals(1, host.hits("/first"));
        ask("http://rebinding.example.net:" + host.victimPort() + "/second").statusCode(400);
        assertEquals(0, host.victimHits.get());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "301 http://169.254.169.254/latest/meta-data/", "302 http://127.0.0.1:VICTIM/", "303 http://127.0.0.1:VICTIM/", "307 http://127.0.0.1:VICTIM/",
        "308 http://127.0.0.1:VICTIM/", "302 //127.0.0.1:VICTIM/", "302 http://[::1]:VICTIM/", "302 http://[::ffff:7f00:1]:VICTIM/", "302 http://2130706433:VICTIM/",
        "302 http://0x7f.1:VICTIM/", "302 http://0177.0.0.1:VICTIM/", "302 http://localhost:VICTIM/", "302 http://user:pw@127.0.0.1:VICTIM/", "302 file:///etc/passwd",
        "302 ftp://127.0.0.1:VICTIM/", "302 data:image/png;base64,AAAA", "302 http://inside.example.net:VICTIM/", "302 http://pictures.example.org:22/",
        "302 http://pictures.example.org:HTTP/", "302 /loop", "302 http:///", "302 http://127.0.0.1:VICTIM\\@pictures.example.org/"})
    void noRedirectGetsThrough(int status, String target) {
        names.answer("inside.example.net", "10.0.0.1");
        String to = target.replace("VICTIM", Integer.toString(host.victimPort())).replace("HTTP", Integer.toString(host.httpPort()));
        ask(host.https("/to/" + status + "?" + URLEncoder.encode(to, StandardCharsets.UTF_8))).statusCode(400)
                .body("error.code", equalTo("invalid_image_url")).body("error.message", not(containsString("127.0.0.1")));
        assertEquals(0, host.victimHits.get(), target);
    }

    @Test
    void anHonestHostIsAskedByItsNameAndOnce() {
        ask(host.https("/cat.png?size=1#whiskers")).statusCode(200).body("choices[0].message.content", containsString("<[9]"));
        assertEquals(PictureHost.NAME + ":" + host.httpsPort(), host.lastHost);
        ask(host.https("/cat.png?size=1")).statusCode(200);
        assertEquals(1, host.hits("/cat.png"), "kept");
        ask(host.https("/a"), host.https("/b"), host.https("/a"), "https://other.example.org:" + host.httpsPort() + "/a").statusCode(200)
                .body("choices[0].message.content", equalTo("user:" + "<[9]>".repeat(4) + "|"));
    }

    @Test
    void followsHonestRedirects() {
        ask(host.https("/to/307?" + URLEncoder.encode("/landed.png", StandardCharsets.UTF_8))).statusCode(200);
        ask(host.https("/to/301?" + URLEncoder.encode("https://other.example.org:" + host.httpsPort() + "/there.png", StandardCharsets.UTF_8))).statusCode(200);
        assertEquals(1, host.hits("/there.png"));
    }

    @ParameterizedTest
    @CsvSource({"/text.png,415", "/empty,415", "/missing,400", "/broken,400", "/partial,400", "/no-answer,400", "/zipped,400", "/huge,413", "/endless,413", "/drip,400"})
    void takesNothingButAPictureInTime(String path, int status) {
        ask(host.https(path)).statusCode(status).body("error.param", equalTo("messages[0].content[0].image_url.url"))
                .body("error.message", not(containsString("must not see")));
    }

    @Test
    void theContentSaysWhatItIs() {
        ask(host.https("/mislabelled")).statusCode(200);
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        ask("https://unnamed.example.org:" + host.httpsPort() + "/cat.png").statusCode(400).body("error.code", equalTo("invalid_image_url"));
        assertEquals(0, host.hits("/cat.png"));
    }

    @Test
    void nothingListensThere() {
        names.answer("silent.example.org", PictureHost.ADDRESS);
        ask("https://silent.example.org:443/").statusCode(400).body("error.code", equalTo("invalid_image_url"));
    }

    @Test
    void onePictureAmongSeveralIsBlamed() {
        ask(host.https("/a"), host.https("/missing")).statusCode(400).body("error.param", equalTo("messages[0].content[1].image_url.url"));
        assertTrue(host.hits("/missing") > 0);
    }
}
