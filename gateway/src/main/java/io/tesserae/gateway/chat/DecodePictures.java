package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.metric.Stage;
import io.tesserae.gateway.chat.Album.PictureFile;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.errand.Where;
import io.tesserae.gateway.errand.Errands;
import io.tesserae.gateway.errand.Places;
import io.tesserae.gateway.image.PictureHeader;
import io.tesserae.gateway.image.PictureReader;
import io.tesserae.gateway.sight.ContentHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Step 3: reads every header and judges it before a single pixel is decoded. Pixels follow when they are needed: once for all requests that
 * show the same file at the same time.
 */
@ApplicationScoped
class DecodePictures {

    private final PictureReader reader;
    private final Workers workers;
    private final Places places;
    private final Errands errands;
    private final Map<ContentHash, Decoding> decodings = new HashMap<>();

    DecodePictures(GatewayConfig config, Workers workers, Errands errands) {
        this.workers = workers;
        this.errands = errands;
        reader = new PictureReader(ConfiguredLimits.of(config.limits()));
        places = new Places(config.openPictures() > 0 ? config.openPictures() : 2 * workers.count());
    }

    /** The pictures of an album, in the order of its files. */
    List<OpenPicture> open(Album album, Errand errand) {
        List<OpenPicture> pictures = new ArrayList<>();
        for (PictureFile file : album.files()) {
            errand.check();
            pictures.add(new OpenPicture(file, headerOf(file, errand)));
        }
        return pictures;
    }

    private PictureHeader headerOf(PictureFile file, Errand errand) {
        try {
            return errand.clock().time(Stage.DECODE, Where.picture(file.hash()), () -> reader.header(file.bytes()));
        } catch (Failure unreadable) {
            throw unreadable.blaming(file.field());
        }
    }

    /** The pixels of a picture. Whoever asks must leave the decoding once it needs them no longer; an errand that ends leaves by itself. */
    Decoding pixels(OpenPicture picture, Errand errand) {
        ContentHash file = picture.file().hash();
        Decoding decoding = new Decoding();
        synchronized (this) {
            Decoding underWay = decodings.get(file);
            if (underWay != null && underWay.join(errand)) {
                return underWay;
            }
            decodings.put(file, decoding);
            decoding.sharedBy(errands.share(errand, () -> over(file, decoding)));
        }
        Places.Place place = places.enter(() -> begin(picture, decoding));
        decoding.errand().onEnd(place::close);
        return decoding;
    }

    private synchronized void over(ContentHash file, Decoding decoding) {
        decodings.remove(file, decoding);
    }

    private void begin(OpenPicture picture, Decoding decoding) {
        try {
            workers.execute(() -> {
                try {
                    decoding.errand().check();
                    decoding.done().complete(decoding.errand().clock().time(Stage.DECODE, Where.picture(picture.file().hash()),
                            () -> Decoding.Decoded.of(reader.pixels(picture.file().bytes(), picture.header(), decoding.errand()::check))));
                } catch (RuntimeException | OutOfMemoryError unreadable) {
                    decoding.done().completeExceptionally(unreadable);
                }
            });
        } catch (Failure full) {
            decoding.done().completeExceptionally(full);
        }
    }
}
