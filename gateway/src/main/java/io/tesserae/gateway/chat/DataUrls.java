package io.tesserae.gateway.chat;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;
import java.util.Base64;
import java.util.Locale;

/** {@code data:} URLs (RFC 2397) that hold pictures. What the bytes are is judged by the bytes, not by the media type. */
final class DataUrls {

    private static final String SCHEME = "data:";
    private static final String BASE64 = ";base64";
    /** A media type with parameters is never longer; a URL of another kind is not searched further. */
    private static final int LONGEST_HEAD = 256;

    private DataUrls() {
    }

    /** The bytes behind such a URL. Every failure blames {@code field}. */
    static byte[] bytesOf(String url, String field) {
        if (!url.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Failure.inField(Reason.INVALID_FIELD, field, "an image is given as a data: URL, such as data:image/jpeg;base64,…");
        }
        int comma = url.indexOf(',');
        if (comma < 0 || comma > LONGEST_HEAD) {
            throw Failure.inField(Reason.INVALID_FIELD, field, "the data: URL has no ',' between its media type and its data");
        }
        String head = url.substring(SCHEME.length(), comma).toLowerCase(Locale.ROOT);
        if (!head.endsWith(BASE64)) {
            throw Failure.inField(Reason.INVALID_FIELD, field, "the data: URL must be encoded in base64 (';base64,')");
        }
        String type = head.substring(0, head.length() - BASE64.length());
        if (!type.isEmpty() && !type.startsWith("image/") && !type.startsWith("application/octet-stream")) {
            throw Failure.inField(Reason.IMAGE_TYPE_UNSUPPORTED, field, "the data: URL's media type is not an image's");
        }
        try {
            return Base64.getDecoder().decode(url.substring(comma + 1));
        } catch (IllegalArgumentException malformed) {
            throw Failure.inField(Reason.IMAGE_UNREADABLE, field, "the data: URL's data is not valid base64");
        }
    }
}
