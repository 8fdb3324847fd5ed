package io.tesserae.gateway.chat;

import io.tesserae.families.Detail;
import io.tesserae.gateway.sight.ContentHash;
import java.util.List;

/**
 * The pictures of one question. A picture that stands in it twice, looked at equally closely, is held and encoded once.
 *
 * @param files the different ones
 * @param order for each place in the conversation, which of {@code files} stands there
 */
record Album(List<PictureFile> files, List<Integer> order) {

    /**
     * One picture, as it came.
     *
     * @param hash   of its bytes
     * @param field  where the request names it first
     */
    record PictureFile(byte[] bytes, ContentHash hash, Detail detail, String field) {
    }
}
