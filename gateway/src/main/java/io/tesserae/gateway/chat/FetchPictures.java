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
import io.tesserae.gateway.sight.ContentHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Step 2: gets the bytes of every picture. */
@ApplicationScoped
class FetchPictures {

    private final int maxImages;
    private final long maxBytes;

    private record Key(ContentHash hash, Detail detail) {
    }

    FetchPictures(GatewayConfig config) {
        maxImages = config.limits().images();
        maxBytes = config.limits().imageBytes().asLongValue();
    }

    Album of(Question question, Errand errand) {
        List<Content.Picture> pictures = question.pictures();
        if (pictures.size() > maxImages) {
            throw Failure.inField(Reason.INVALID_FIELD, "messages",
                    "a request may hold " + maxImages + " images; this one holds " + pictures.size());
        }
        List<PictureFile> files = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        Map<Key, Integer> seen = new LinkedHashMap<>();
        for (Content.Picture picture : pictures) {
            errand.check();
            PictureFile file = errand.clock().time(Stage.FETCH, () -> fetch(picture));
            Integer known = seen.putIfAbsent(new Key(file.hash(), file.detail()), files.size());
            if (known == null) {
                files.add(file);
            }
            order.add(known == null ? files.size() - 1 : known);
        }
        return new Album(List.copyOf(files), List.copyOf(order));
    }

    private PictureFile fetch(Content.Picture picture) {
        byte[] bytes = picture.source() instanceof PictureSource.Inline inline
                ? inline.bytes()
                : DataUrls.bytesOf(((PictureSource.Url) picture.source()).url(), picture.field());
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
