package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.contract.metric.Stage;
import io.tesserae.families.Detail;
import io.tesserae.gateway.Content;
import io.tesserae.gateway.PictureSource;
import io.tesserae.gateway.Question;
import io.tesserae.gateway.chat.Album.PictureFile;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.HeldBytes;
import io.tesserae.gateway.errand.Where;
import io.tesserae.gateway.files.FileShelf;
import io.tesserae.gateway.files.StoredFile;
import io.tesserae.gateway.remote.RemoteImages;
import io.tesserae.gateway.sight.ContentHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Step 2: gets the bytes of every picture. */
@ApplicationScoped
class FetchPictures {

    private final int maxImages;
    private final long maxBytes;
    private final RemoteImages remote;
    private final FileShelf files;
    private final HeldBytes held;

    private record Key(ContentHash hash, Detail detail) {
    }

    FetchPictures(GatewayConfig config, RemoteImages remote, FileShelf files, HeldBytes held, GatewayMetrics metrics) {
        maxImages = config.limits().images();
        maxBytes = config.limits().imageBytes().asLongValue();
        this.remote = remote;
        this.files = files;
        this.held = held;
        metrics.watchBytes(held::held);
        metrics.watchQueue("fetch", config.requests().running(), remote::waiting);
    }

    /** The pictures, as a promise: those that stand in the request are there at once, others come from elsewhere, all at the same time. */
    CompletableFuture<Album> of(Question question, Errand errand) {
        List<Content.Picture> pictures = question.pictures();
        if (pictures.size() > maxImages) {
            throw Failure.inField(Reason.INVALID_FIELD, "messages",
                    "a request may hold " + maxImages + " images; this one holds " + pictures.size());
        }
        long start = System.nanoTime();
        List<CompletableFuture<PictureFile>> files = new ArrayList<>();
        for (Content.Picture picture : pictures) {
            errand.check();
            files.add(fetch(picture, errand));
        }
        CompletableFuture<?> all = CompletableFuture.allOf(files.toArray(CompletableFuture[]::new));
        return all.whenComplete((done, thrown) -> {
            if (!files.isEmpty()) {
                errand.clock().worked(Stage.FETCH, start, Where.NOWHERE);
            }
        }).thenApply(done -> album(files));
    }

    /** A picture that stands in the question twice, looked at equally closely, is one file. */
    private static Album album(List<CompletableFuture<PictureFile>> fetched) {
        List<PictureFile> files = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        Map<Key, Integer> seen = new LinkedHashMap<>();
        for (CompletableFuture<PictureFile> one : fetched) {
            PictureFile file = one.join();
            Integer known = seen.putIfAbsent(new Key(file.hash(), file.detail()), files.size());
            if (known == null) {
                files.add(file);
            }
            order.add(known == null ? files.size() - 1 : known);
        }
        return new Album(List.copyOf(files), List.copyOf(order));
    }

    private CompletableFuture<PictureFile> fetch(Content.Picture picture, Errand errand) {
        if (picture.source() instanceof PictureSource.Inline inline) {
            return CompletableFuture.completedFuture(judged(inline.bytes(), picture));
        }
        if (picture.source() instanceof PictureSource.Upload upload) {
            return CompletableFuture.completedFuture(judged(uploaded(upload.id(), picture, errand), picture));
        }
        String url = ((PictureSource.Url) picture.source()).url();
        if (!RemoteImages.isRemote(url)) {
            return CompletableFuture.completedFuture(judged(DataUrls.bytesOf(url, picture.field()), picture));
        }
        return remote.fetch(url, errand).handle((bytes, thrown) -> {
            if (thrown != null) {
                throw Failure.from(thrown).blaming(picture.field());
            }
            return judged(bytes, picture);
        });
    }

    private byte[] uploaded(String id, Content.Picture picture, Errand errand) {
        try {
            StoredFile file = files.get(errand.visit().callerName(), id);
            held.takeFor(errand, file.bytes());
            return files.read(file);
        } catch (Failure missing) {
            throw missing.blaming(picture.field());
        }
    }

    private PictureFile judged(byte[] bytes, Content.Picture picture) {
        if (bytes.length == 0) {
            throw Failure.inField(Reason.IMAGE_UNREADABLE, picture.field(), "the image is empty");
        }
        if (bytes.length > maxBytes) {
            throw Failure.inField(Reason.IMAGE_TOO_LARGE, picture.field(),
                    "the image takes " + bytes.length + " bytes; at most " + maxBytes + " are allowed");
        }
        return new PictureFile(bytes, ContentHash.of(bytes), picture.detail(), picture.field());
    }
}
