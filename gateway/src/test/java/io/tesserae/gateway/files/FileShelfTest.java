package io.tesserae.gateway.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.FileConfig;
import io.tesserae.gateway.errand.Timers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept on disk, over restarts and crashes. */
class FileShelfTest {

    @TempDir
    Path folder;

    private static FileConfig config(Map<String, String> keys) {
        Map<String, String> prefixed = new HashMap<>();
        keys.forEach((key, value) -> prefixed.put("tesserae.gateway.files." + key, value));
        return new SmallRyeConfigBuilder()
                .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(prefixed, "test", 100))
                .withMapping(FileConfig.class).build().getConfigMapping(FileConfig.class);
    }

    private FileShelf shelf(String... keys) {
        Map<String, String> all = new HashMap<>(Map.of("folder", folder.toString()));
        for (int i = 0; i < keys.length; i += 2) {
            all.put(keys[i], keys[i + 1]);
        }
        FileShelf shelf = new FileShelf(config(all), new Timers());
        shelf.start(null);
        return shelf;
    }

    private static Reason refusal(Runnable work) {
        return assertThrows(Failure.class, work::run).reason();
    }

    @Test
    void defaultsAndKeys() {
        FileConfig none = config(Map.of());
        assertTrue(none.folder().isEmpty());
        assertEquals(Duration.ofDays(30), none.expiry());
        assertEquals(1L << 30, none.quota().asLongValue());
        assertEquals(1_000, none.count());
        assertEquals(10L << 30, none.total().asLongValue());
        FileConfig all = config(Map.of("folder", "/a", "expiry", "1h", "quota", "2K", "count", "3", "total", "4K"));
        assertEquals(Path.of("/a"), all.folder().orElseThrow());
        assertEquals(Duration.ofHours(1), all.expiry());
        assertEquals(2_048, all.quota().asLongValue());
        assertEquals(3, all.count());
        assertEquals(4_096, all.total().asLongValue());
    }

    @Test
    void withoutAFolderThereAreNoUploads() {
        FileShelf closed = new FileShelf(config(Map.of()), new Timers());
        closed.start(null);
        assertFalse(closed.isOpen());
        assertEquals(Reason.UNSUPPORTED_FIELD, refusal(() -> closed.put("a", "b", new byte[1], Optional.empty())));
    }

    @Test
    void whatIsKeptIsThereAfterARestart() {
        StoredFile file = shelf().put("alice", "cat.png", new byte[] {1, 2, 3}, Optional.empty());
        FileShelf again = shelf();
        assertEquals(file, again.get("alice", file.id()));
        assertArrayEquals(new byte[] {1, 2, 3}, again.read(file));
        assertEquals(List.of(file), again.list("alice"));
        assertEquals(3, again.bytes());
        assertEquals(Reason.FILE_NOT_FOUND, refusal(() -> again.get("bob", file.id())));
    }

    @Test
    void anotherGatewayOfTheSameFolderFindsIt() {
        FileShelf one = shelf();
        FileShelf other = shelf();
        StoredFile file = one.put("alice", "cat.png", new byte[] {1}, Optional.empty());
        assertEquals(file, other.get("alice", file.id()));
        one.delete("alice", file.id());
        assertEquals(Reason.FILE_NOT_FOUND, refusal(() -> other.read(file)));
        assertEquals(Reason.FILE_NOT_FOUND, refusal(() -> other.get("alice", file.id())));
    }

    @Test
    void whatHasExpiredIsGone() throws Exception {
        FileShelf shelf = shelf();
        StoredFile file = shelf.put("alice", "cat.png", new byte[] {1}, Optional.of(Duration.ZERO));
        assertEquals(Reason.FILE_NOT_FOUND, refusal(() -> shelf.get("alice", file.id())));
        assertEquals(List.of(), shelf.list("alice"));
        shelf();
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count(), "swept at the start");
        }
    }

    @Test
    void quotasAreOfTheOwnerAndOfAll() {
        FileShelf shelf = shelf("quota", "10", "total", "15", "count", "2");
        shelf.put("alice", "a", new byte[6], Optional.empty());
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> shelf.put("alice", "b", new byte[5], Optional.empty())));
        shelf.put("alice", "c", new byte[4], Optional.empty());
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> shelf.put("alice", "d", new byte[0], Optional.empty())));
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> shelf.put("bob", "e", new byte[6], Optional.empty())));
        shelf.put("bob", "f", new byte[5], Optional.empty());
    }

    @Test
    void aCrashLeavesNothingHalf() throws IOException {
        StoredFile whole = shelf().put("alice", "cat.png", new byte[] {1}, Optional.empty());
        Path part = Files.write(folder.resolve("file-" + "x".repeat(24) + ".bin.part"), new byte[9]);
        Path orphan = Files.write(folder.resolve("file-" + "y".repeat(24) + ".bin"), new byte[9]);
        Path fresh = Files.write(folder.resolve("file-" + "z".repeat(24) + ".bin"), new byte[9]);
        Path foreign = Files.write(folder.resolve("README"), new byte[9]);
        Files.write(folder.resolve("file-" + "w".repeat(24) + ".json"), new byte[] {'{'});
        for (Path old : List.of(part, orphan)) {
            Files.setLastModifiedTime(old, FileTime.fromMillis(0));
        }
        assertEquals(List.of(whole), shelf().list("alice"));
        assertFalse(Files.exists(part));
        assertFalse(Files.exists(orphan));
        assertTrue(Files.exists(fresh), "another gateway may be writing it");
        assertTrue(Files.exists(foreign));
    }

    @Test
    void aDescriptionSaysWhoseIdItIs() throws IOException {
        StoredFile file = shelf().put("alice", "cat.png", new byte[] {1}, Optional.empty());
        String other = "file-" + "v".repeat(24);
        Files.copy(folder.resolve(file.id() + ".json"), folder.resolve(other + ".json"));
        assertEquals(Reason.FILE_NOT_FOUND, refusal(() -> shelf().get("alice", other)));
        assertEquals(Reason.FILE_NOT_FOUND, refusal(() -> shelf().get("alice", "../" + file.id())));
    }
}
