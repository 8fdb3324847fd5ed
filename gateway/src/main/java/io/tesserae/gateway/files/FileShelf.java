package io.tesserae.gateway.files;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.config.FileConfig;
import io.tesserae.gateway.errand.Timers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Uploaded pictures, each its owner's alone: to anybody else it is not there. Its methods wait for the disk: not for the event loop.
 * Thread-safe.
 */
@ApplicationScoped
public class FileShelf {

    private static final Logger LOG = Logger.getLogger(FileShelf.class);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final FileConfig config;
    private final Timers timers;
    private final FileFolder folder;
    private final Map<String, StoredFile> files = new ConcurrentHashMap<>();

    FileShelf(FileConfig config, Timers timers) {
        this.config = config;
        this.timers = timers;
        folder = config.folder().map(FileFolder::new).orElse(null);
    }

    void start(@Observes StartupEvent start) {
        if (folder != null) {
            folder.all().forEach(file -> files.put(file.id(), file));
            sweep();
        }
    }

    private void sweep() {
        long now = now();
        files.values().stream().filter(file -> file.isOver(now)).toList().forEach(this::drop);
        timers.after(SWEEP, this::sweep);
    }

    private static long now() {
        return System.currentTimeMillis() / 1_000;
    }

    /** Whether uploads are taken at all. */
    public boolean isOpen() {
        return folder != null;
    }

    private FileFolder open() {
        if (folder == null) {
            throw Failure.of(Reason.UNSUPPORTED_FIELD, "this server keeps no files; send images as data: URLs");
        }
        return folder;
    }

    /** Keeps a file, or throws a {@link Failure} where its owner has no room left. {@code expiry} is the owner's wish. */
    public StoredFile put(String owner, String name, byte[] bytes, Optional<Duration> expiry) {
        FileFolder disk = open();
        long created = now();
        StoredFile file = new StoredFile(freshId(), owner, name, "vision", bytes.length, created, created + expiry.orElse(config.expiry()).toSeconds());
        synchronized (this) {
            judge(owner, bytes.length);
            files.put(file.id(), file);
        }
        try {
            disk.write(file, bytes);
        } catch (IOException full) {
            files.remove(file.id());
            LOG.errorf(full, "an upload of %d bytes cannot be written", (Integer) bytes.length);
            throw Failure.of(Reason.INTERNAL, "the file could not be stored", full);
        }
        return file;
    }

    private void judge(String owner, long more) {
        List<StoredFile> own = files.values().stream().filter(file -> file.owner().equals(owner)).toList();
        if (own.size() >= config.count()) {
            throw Failure.inField(Reason.QUOTA_EXCEEDED, "file", "at most " + config.count() + " files are kept for a caller; delete some");
        }
        if (bytes(own) + more > config.quota().asLongValue()) {
            throw Failure.inField(Reason.QUOTA_EXCEEDED, "file",
                    "at most " + config.quota().asLongValue() + " bytes of files are kept for a caller; delete some");
        }
        if (bytes(files.values()) + more > config.total().asLongValue()) {
            throw Failure.inField(Reason.QUOTA_EXCEEDED, "file", "this server's room for files is used up");
        }
    }

    private static long bytes(Iterable<StoredFile> some) {
        long bytes = 0;
        for (StoredFile file : some) {
            bytes += file.bytes();
        }
        return bytes;
    }

    private static String freshId() {
        StringBuilder id = new StringBuilder("file-");
        for (int i = 0; i < 24; i++) {
            id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    /** One of the owner's files; a {@link Failure} where there is none of that id. */
    public StoredFile get(String owner, String id) {
        FileFolder disk = open();
        // Another gateway that shares the folder may have taken it.
        StoredFile file = !FileFolder.ID.matcher(id).matches() ? null : files.containsKey(id) ? files.get(id) : disk.find(id).orElse(null);
        if (file == null || !file.owner().equals(owner) || file.isOver(now())) {
            throw missing();
        }
        files.putIfAbsent(id, file);
        return file;
    }

    /** Its bytes. */
    public byte[] read(StoredFile file) {
        try {
            return open().read(file.id());
        } catch (IOException gone) {
            files.remove(file.id());
            throw missing();
        }
    }

    /** All files of the owner, the newest first. */
    public List<StoredFile> list(String owner) {
        open();
        long now = now();
        return files.values().stream()
                .filter(file -> file.owner().equals(owner) && !file.isOver(now))
                .sorted(Comparator.comparingLong(StoredFile::created).thenComparing(StoredFile::id).reversed())
                .toList();
    }

    /** Removes one of the owner's files. */
    public void delete(String owner, String id) {
        drop(get(owner, id));
    }

    private void drop(StoredFile file) {
        folder.remove(file.id());
        files.remove(file.id());
    }

    /** Bytes of all files. */
    public long bytes() {
        return bytes(files.values());
    }

    private static Failure missing() {
        return Failure.of(Reason.FILE_NOT_FOUND, "there is no file of that id");
    }
}
