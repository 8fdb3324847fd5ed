package io.tesserae.gateway.chat;

import io.tesserae.gateway.chat.Album.PictureFile;
import io.tesserae.gateway.image.PictureHeader;

/** A picture whose header was read and found good. Its pixels are decoded when they are needed. */
record OpenPicture(PictureFile file, PictureHeader header) {

    int width() {
        return header.width();
    }

    int height() {
        return header.height();
    }
}
