package io.tesserae.gateway;

/** Where a picture's bytes are. */
public sealed interface PictureSource {

    /** In the request, as they are. */
    record Inline(byte[] bytes) implements PictureSource {
    }

    /** Among the caller's uploads. */
    record Upload(String id) implements PictureSource {
    }

    /** Behind a URL. */
    record Url(String url) implements PictureSource {
    }
}
