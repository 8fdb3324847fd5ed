package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.metric.Stage;
import io.tesserae.gateway.chat.Album.PictureFile;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.errand.Errand;
import io.tesserae.gateway.image.PictureHeader;
import io.tesserae.gateway.image.PictureReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Step 3: reads every header and judges it before a single pixel is decoded. Pixels follow when the first tile is cut. */
@ApplicationScoped
class DecodePictures {

    private final PictureReader reader;
    private final Workers workers;
    private final Places places;

    DecodePictures(GatewayConfig config, Workers workers) {
        this.workers = workers;
        reader = new PictureReader(ConfiguredLimits.of(config.limits()));
        places = new Places(config.openPictures() > 0 ? config.openPictures() : 2 * workers.count());
    }

    /** The pictures of an album, in the order of its files. */
    List<OpenPicture> open(Album album, Errand errand) {
        List<OpenPicture> pictures = new ArrayList<>();
        for (PictureFile file : album.files()) {
            errand.check();
            pictures.add(new OpenPicture(file, headerOf(file, errand), reader, places, workers, errand));
        }
        return pictures;
    }

    private PictureHeader headerOf(PictureFile file, Errand errand) {
        try {
            return errand.clock().time(Stage.DECODE, () -> reader.header(file.bytes()));
        } catch (Failure unreadable) {
            throw unreadable.blaming(file.field());
        }
    }
}
