package io.tesserae.gateway.chat;

import io.tesserae.families.PicturePlan;

/**
 * A picture and what becomes of it.
 *
 * @param firstTile number of its first tile among all tiles of the question
 */
record TiledPicture(OpenPicture picture, PicturePlan plan, int firstTile) {
}
