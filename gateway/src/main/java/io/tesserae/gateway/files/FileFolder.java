package io.tesserae.gateway.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A folder with two files for each upload: {@code ID.bin}, its bytes, and {@code ID.json}, what is known of it. The second is written last and
 * removed first, each by renaming a whole file, so that a crash at any moment leaves an upload whole or not there; the rest is swept at the
 * start. Several gateways may share one.
 */
final class FileFolder {

    /** Also what keeps an id from being a path. */
    static final Pattern ID = Pattern.compile("file-[A-Za-z0-9]{24}");

    private static final Logger LOG = Logger.getLogger(FileFolder.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Another gateway may be in the middle of an upload; no upload takes that long. */
    private static final long LEFTOVER_MILLIS = 3_600_000;

    private final Path folder;

    FileFolder(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException unusable) {
            throw new UncheckedIOException("tesserae.gateway.files.folder cannot be used: " + folder, unusable);
        }
    }

    /** Everything that is whole. What an interrupted upload left is removed; what cannot be read is told and left. */
    List<StoredFile> all() {
        List<StoredFile> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.endsWith(".json") && ID.matcher(name.substring(0, name.length() - 5)).matches()) {
                    find(name.substring(0, name.length() - 5)).ifPresent(files::add);
                } else if (isLeftover(entry, name)) {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("tesserae.gateway.files.folder cannot be read: " + folder, unreadable);
        }
        return files;
    }

    private boolean isLeftover(Path entry, String name) throws IOException {
        boolean ours = name.endsWith(".part") || name.endsWith(".bin") && !Files.exists(folder.resolve(name.replaceFirst("\\.bin$", ".json")));
        return ours && System.currentTimeMillis() - Files.getLastModifiedTime(entry).toMillis() > LEFTOVER_MILLIS;
    }

    /** What is known of one, if it is there. {@code id} must be an {@link #ID}. */
    Optional<StoredFile> find(String id) {
        Path json = folder.resolve(id + ".json");
        try {
            StoredFile file = JSON.readValue(Files.readAllBytes(json), StoredFile.class);
            return Optional.of(file).filter(read -> id.equals(read.id()));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException broken) {
            LOG.warnf("the upload %s cannot be read: %s", id, broken.getMessage());
            return Optional.empty();
        }
    }

    void write(StoredFile file, byte[] bytes) throws IOException {
        try {
            replace(folder.resolve(file.id() + ".bin"), bytes);
            replace(folder.resolve(file.id() + ".json"), JSON.writeValueAsBytes(file));
        } catch (IOException full) {
            remove(file.id());
            throw full;
        }
    }

    private static void replace(Path target, byte[] bytes) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        } catch (IOException full) {
            Files.deleteIfExists(part);
            throw full;
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    byte[] read(String id) throws IOException {
        return Files.readAllBytes(folder.resolve(id + ".bin"));
    }

    void remove(String id) {
        try {
            Files.deleteIfExists(folder.resolve(id + ".json"));
            Files.deleteIfExists(folder.resolve(id + ".bin"));
        } catch (IOException stays) {
            LOG.warnf("the upload %s cannot be removed: %s", id, stays.getMessage());
        }
    }
}
