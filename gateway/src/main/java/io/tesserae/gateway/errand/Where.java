package io.tesserae.gateway.errand;

/**
 * What a stage was at work on, for those who look at one request's time in detail. It is told of what is known.
 *
 * @param picture what the picture's file is known by; empty where the work is about no one picture
 * @param tile    index of the tile in the picture's plan; -1 where it is about no one tile
 * @param replica address of the stage that did it; empty for the gateway's own work
 * @param batch   tiles that were computed together; 0 where nothing says so
 */
public record Where(String picture, int tile, String replica, int batch) {

    /** No one picture. */
    public static final Where NOWHERE = new Where("", -1, "", 0);

    /** A picture as a whole. */
    public static Where picture(Object known) {
        return new Where(known.toString(), -1, "", 0);
    }

    /** One of this picture's tiles. */
    public Where tile(int index) {
        return new Where(picture, index, replica, batch);
    }

    /** The same, done by that stage, so many tiles at once. */
    public Where by(String address, int together) {
        return new Where(picture, tile, address, together);
    }
}
