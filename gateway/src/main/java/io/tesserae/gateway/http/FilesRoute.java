package io.tesserae.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import io.tesserae.gateway.chat.RequestThreads;
import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.files.FileShelf;
import io.tesserae.gateway.files.StoredFile;
import io.tesserae.gateway.image.PictureFormat;
import io.tesserae.gateway.image.PictureLimits;
import io.tesserae.gateway.image.PictureReader;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** {@code /v1/files}: pictures that are sent once and asked about often. */
@ApplicationScoped
class FilesRoute {

    private static final int MOST_LISTED = 10_000;

    private final FileShelf shelf;
    private final UploadReader uploads;
    private final RequestThreads threads;
    private final PictureReader pictures;

    FilesRoute(FileShelf shelf, UploadReader uploads, RequestThreads threads, GatewayConfig config) {
        this.shelf = shelf;
        this.uploads = uploads;
        this.threads = threads;
        GatewayConfig.Limits limits = config.limits();
        pictures = new PictureReader(new PictureLimits(limits.imageBytes().asLongValue(), limits.imagePixels(), limits.imageSide()));
    }

    void create(RoutingContext routing) {
        Reply reply = new Reply(routing);
        uploads.read(routing, upload -> answer(reply, () -> {
            judge(upload.bytes());
            return json(shelf.put(reply.visit().callerName(), upload.name(), upload.bytes(), upload.expiry()));
        }), failure -> refuse(failure, reply));
    }

    /** A file that could never be asked about is refused now. */
    private void judge(byte[] bytes) {
        try {
            pictures.header(bytes);
        } catch (Failure unreadable) {
            throw unreadable.blaming("file");
        }
    }

    void list(RoutingContext routing) {
        Reply reply = new Reply(routing);
        answer(reply, () -> {
            Listing asked = Listing.of(routing.queryParams(), MOST_LISTED);
            List<StoredFile> all = asked.inOrder(shelf.list(reply.visit().callerName()));
            List<StoredFile> page = all.subList(0, Math.min(asked.limit(), all.size()));
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("object", "list");
            ArrayNode data = body.putArray("data");
            page.forEach(file -> data.add(json(file)));
            return body.put("first_id", page.isEmpty() ? null : page.get(0).id())
                    .put("last_id", page.isEmpty() ? null : page.get(page.size() - 1).id())
                    .put("has_more", all.size() > page.size());
        });
    }

    void one(RoutingContext routing) {
        Reply reply = new Reply(routing);
        String id = routing.pathParam("id");
        answer(reply, () -> json(shelf.get(reply.visit().callerName(), id)));
    }

    void delete(RoutingContext routing) {
        Reply reply = new Reply(routing);
        String id = routing.pathParam("id");
        answer(reply, () -> {
            shelf.delete(reply.visit().callerName(), id);
            return JsonNodeFactory.instance.objectNode().put("id", id).put("object", "file").put("deleted", true);
        });
    }

    void content(RoutingContext routing) {
        Reply reply = new Reply(routing);
        String id = routing.pathParam("id");
        work(reply, () -> {
            byte[] bytes = shelf.read(shelf.get(reply.visit().callerName(), id));
            String type = "image/" + PictureFormat.of(bytes).name().toLowerCase(Locale.ROOT);
            reply.bytes(type, Buffer.buffer(bytes));
        });
    }

    private void answer(Reply reply, Supplier<ObjectNode> body) {
        work(reply, () -> reply.json(200, body.get()));
    }

    private void work(Reply reply, Runnable work) {
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException thrown) {
                    refuse(Failure.from(thrown), reply);
                }
            });
        } catch (Failure full) {
            refuse(full, reply);
        }
    }

    private static void refuse(Failure failure, Reply reply) {
        reply.visit().failed(failure);
        reply.error(failure.reason() == Reason.UNSUPPORTED_FIELD && failure.field().isEmpty()
                ? new ApiError(404, failure.getMessage(), "invalid_request_error", null, "not_found", 0) : ApiError.of(failure));
    }

    private static ObjectNode json(StoredFile file) {
        return JsonNodeFactory.instance.objectNode()
                .put("id", file.id()).put("object", "file").put("bytes", file.bytes()).put("created_at", file.created())
                .put("expires_at", file.expires()).put("filename", file.name()).put("purpose", file.purpose())
                .put("status", "processed").putNull("status_details");
    }
}
