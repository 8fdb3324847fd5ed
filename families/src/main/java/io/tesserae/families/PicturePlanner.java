package io.tesserae.families;

/** Plans pictures for one model. Thread-safe. */
public interface PicturePlanner {

    /**
     * Plans a picture of that size in pixels, by arithmetic alone: no pixel is needed yet. Throws {@link UnsupportedPictureException} for a
     * size that the model cannot be shown.
     */
    PicturePlan plan(int width, int height, Detail detail);

    /** Pictures that one conversation can show; most families take any number. */
    default int mostPictures() {
        return Integer.MAX_VALUE;
    }

    /**
     * Text of a prompt with pictures that stands between two slots, before the first or after the last, once the layouts' own text and the
     * conversation's are joined: for families whose processors change where the two meet.
     */
    default String between(String text) {
        return text;
    }

    /**
     * How closely a picture is looked at that stands in a conversation of that many. Most families look at each as if it were alone. A plan
     * follows from size and this detail and nothing else: that is what embeddings are kept by.
     */
    default Detail detailAmong(Detail asked, int pictures) {
        return asked;
    }
}
