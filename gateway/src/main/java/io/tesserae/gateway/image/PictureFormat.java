package io.tesserae.gateway.image;

import io.tesserae.contract.failure.Failure;
import io.tesserae.contract.failure.Reason;

/** The formats that are read, told from a file's content. */
public enum PictureFormat {
    JPEG,
    PNG,
    WEBP,
    GIF;

    /** Fails with IMAGE_TYPE_UNSUPPORTED, saying what the file looks like, where it is none of them. */
    public static PictureFormat of(byte[] file) {
        if (file.length == 0) {
            throw Unreadable.because("the file is empty");
        }
        if (starts(file, 0, "\u00ff\u00d8\u00ff")) {
            return JPEG;
        }
        if (starts(file, 0, "\u0089PNG\r\n\u001a\n")) {
            return PNG;
        }
        if (starts(file, 0, "RIFF") && starts(file, 8, "WEBP")) {
            return WEBP;
        }
        if (starts(file, 0, "GIF87a") || starts(file, 0, "GIF89a")) {
            return GIF;
        }
        throw Failure.of(Reason.IMAGE_TYPE_UNSUPPORTED,
                "the file is " + OtherFormats.nameOf(file) + "; pictures are taken as JPEG, PNG, WebP or GIF");
    }

    private static boolean starts(byte[] file, int at, String letters) {
        return Cursor.starts(file, at, file.length, letters);
    }

    /** Reads what the file says of its picture. */
    StoredPicture open(byte[] file) {
        return switch (this) {
            case JPEG -> new JpegPicture(file);
            case PNG -> new PngPicture(file);
            case WEBP -> new WebpPicture(file);
            case GIF -> new GifPicture(file);
        };
    }
}
