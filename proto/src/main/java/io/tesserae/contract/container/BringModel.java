package io.tesserae.contract.container;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tesserae.contract.model.Manifest;
import io.tesserae.contract.model.ModelFolderException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Brings a model's folder to where a service reads it, before the service starts: from a folder in an image, or from a bucket or any other place
 * that serves files over HTTP. What comes over the network is held to the sizes and hashes of the model's own manifest; a file that is there
 * already and right is not fetched again.
 *
 * <p>{@code TESSERAE_MODEL_AUTHORIZATION} is sent as the Authorization header, where a bucket wants one.
 */
public final class BringModel {

    private static final String MANIFEST = "tesserae.json";

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).followRedirects(HttpClient.Redirect.NORMAL).build();

    private BringModel() {
    }

    /** Takes the source, a folder or an http(s) address of one, and the target folder. */
    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            throw new IllegalArgumentException("a source and a target folder are needed");
        }
        bring(args[0], Path.of(args[1]));
        System.out.println("brought " + args[0] + " to " + args[1]);
    }

    static void bring(String source, Path target) throws IOException, InterruptedException {
        if (source.startsWith("http://") || source.startsWith("https://")) {
            new BringModel().fetch(URI.create(source.endsWith("/") ? source : source + "/"), target);
        } else {
            copy(Path.of(source), target);
        }
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path to = target.resolve(source.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void fetch(URI source, Path target) throws IOException, InterruptedException {
        byte[] text;
        try (InputStream body = open(source.resolve(MANIFEST))) {
            text = body.readAllBytes();
        }
        Manifest manifest = new ObjectMapper().readValue(text, Manifest.class);
        if (manifest.files() == null || manifest.files().isEmpty()) {
            throw new ModelFolderException(source + MANIFEST + " lists no files");
        }
        for (Manifest.FileEntry entry : manifest.files()) {
            Path file = target.resolve(entry.path()).normalize();
            if (!file.startsWith(target.normalize())) {
                throw new ModelFolderException(source + MANIFEST + " names a file outside its folder: " + entry.path());
            }
            if (!Files.isRegularFile(file) || !hash(Files.newInputStream(file), null).equals(entry.sha256())) {
                fetch(source.resolve(entry.path()), file, entry);
            }
        }
        // Last: a folder that was not brought whole has no manifest, and no service starts from it.
        Files.write(target.resolve(MANIFEST), text);
    }

    private void fetch(URI from, Path file, Manifest.FileEntry entry) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        String hash = hash(open(from), part);
        if (!hash.equals(entry.sha256())) {
            Files.delete(part);
            throw new ModelFolderException(from + " is not the file of the manifest: its sha256 is " + hash + ", should be " + entry.sha256());
        }
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private InputStream open(URI address) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60));
        String authorization = System.getenv("TESSERAE_MODEL_AUTHORIZATION");
        if (authorization != null && !authorization.isBlank()) {
            request.header("authorization", authorization);
        }
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            response.body().close();
            throw new IOException(address + " answers " + response.statusCode());
        }
        return response.body();
    }

    /** SHA-256 of what is read, which is written to {@code copy} if there is one. */
    private static String hash(InputStream content, Path copy) throws IOException {
        try (InputStream in = content) {
            DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
            if (copy == null) {
                digesting.transferTo(OutputStream.nullOutputStream());
            } else {
                Files.copy(digesting, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
