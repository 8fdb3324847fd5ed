package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.metric.Stage;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.gateway.chat.Album.PictureFile;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.image.PictureHeader;
import io.tesserae.gateway.image.PictureReader;
import java.util.concurrent.CompletableFuture;

/**
 * A picture whose header was read and found good. Its pixels are decoded when the first tile is asked for and let go of with the
 * last one; meanwhile it holds one of a bounded number of places, so that pixels held at once are bounded over all requests.
 */
final class OpenPicture {

    private final PictureFile file;
    private final PictureHeader header;
    private final PictureReader reader;
    private final Places places;
    private final Workers workers;
    private final Errand errand;
    private CompletableFuture<TileCutter> cutter;
    private Places.Place place;
    private int tilesLeft = -1;

    OpenPicture(PictureFile file, PictureHeader header, PictureReader reader, Places places, Workers workers, Errand errand) {
        this.file = file;
        this.header = header;
        this.reader = reader;
        this.places = places;
        this.workers = workers;
        this.errand = errand;
    }

    PictureFile file() {
        return file;
    }

    int width() {
        return header.width();
    }

    int height() {
        return header.height();
    }

    /** Cuts one tile on a worker. Each tile of the plan may be asked for once. */
    CompletableFuture<Pixels> tile(PicturePlan plan, int index) {
        return cutter(plan)
                .thenApplyAsync(ready -> {
                    errand.check();
                    return errand.clock().time(Stage.TILE, () -> ready.tile(index));
                }, workers)
                .whenComplete((pixels, thrown) -> tileDone());
    }

    private synchronized CompletableFuture<TileCutter> cutter(PicturePlan plan) {
        if (cutter == null) {
            tilesLeft = plan.tileCount();
            CompletableFuture<TileCutter> opening = new CompletableFuture<>();
            cutter = opening;
            place = places.enter(() -> open(plan, opening));
            errand.onAbort(this::leave);
        }
        return cutter;
    }

    private void open(PicturePlan plan, CompletableFuture<TileCutter> opening) {
        try {
            workers.execute(() -> {
                try {
                    errand.check();
                    Pixels pixels = errand.clock().time(Stage.DECODE, () -> reader.pixels(file.bytes(), header, errand::check));
                    opening.complete(errand.clock().time(Stage.TILE, () -> plan.cutterOf(pixels)));
                } catch (Failure unreadable) {
                    opening.completeExceptionally(unreadable.blaming(file.field()));
                } catch (RuntimeException | OutOfMemoryError unexpected) {
                    opening.completeExceptionally(unexpected);
                }
            });
        } catch (Failure full) {
            opening.completeExceptionally(full);
        }
    }

    private synchronized void tileDone() {
        if (--tilesLeft == 0) {
            leave();
        }
    }

    private synchronized void leave() {
        cutter = cutter == null ? null : CompletableFuture.failedFuture(new IllegalStateException("every tile was cut"));
        place.close();
    }
}
