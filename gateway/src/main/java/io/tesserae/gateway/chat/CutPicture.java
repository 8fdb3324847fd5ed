package io.tesserae.gateway.chat;

import io.tesserae.contract.metric.Stage;
import io.tesserae.families.PicturePlan;
import io.tesserae.families.Pixels;
import io.tesserae.families.TileCutter;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.RequestTrace;
import io.tesserae.gateway.errand.Where;
import java.util.concurrent.CompletableFuture;

/** A picture being cut into the tiles of its plan, on workers. It lets go of the pixels with the last tile. */
final class CutPicture {

    private final Workers workers;
    private final Errand errand;
    private final Runnable letGo;
    private final Where where;
    private CompletableFuture<TileCutter> cutter;
    private int tilesLeft;

    /** {@code where}: which picture it is, for the request's clock. */
    CutPicture(Decoding decoding, PicturePlan plan, Where where, Workers workers, Errand errand) {
        this.where = where;
        this.workers = workers;
        this.errand = errand;
        this.letGo = () -> decoding.leave(errand);
        this.tilesLeft = plan.tileCount();
        this.cutter = decoding.done().thenApplyAsync(decoded -> {
            errand.check();
            return errand.clock().time(Stage.TILE, where, () -> plan.cutterOf(decoded.pixels()));
        }, workers);
    }

    /** Which picture it is. */
    Where where() {
        return where;
    }

    /** Cuts one tile. Each tile of the plan may be asked for once. */
    CompletableFuture<Pixels> tile(int index, RequestTrace.TileTrace trace) {
        return cutter()
                .thenApplyAsync(ready -> {
                    errand.check();
                    return trace.in(() -> errand.clock().time(Stage.TILE, where.tile(index), () -> ready.tile(index)));
                }, workers)
                .whenComplete((pixels, thrown) -> tileDone());
    }

    private synchronized CompletableFuture<TileCutter> cutter() {
        return cutter;
    }

    private synchronized void tileDone() {
        if (--tilesLeft == 0) {
            cutter = CompletableFuture.failedFuture(new IllegalStateException("every tile was cut"));
            letGo.run();
        }
    }
}
