package io.tesserae.gateway.image;

import io.tesserae.contract.failure.Failure;
import io.tesserae.families.Pixels;

/**
 * Reads JPEG, PNG, WebP and GIF as {@code ImageOps.exif_transpose(Image.open(file)).convert("RGB")} of Pillow does: turned as
 * EXIF says, alpha dropped and not blended, 16-bit channels and CMYK brought to 8-bit RGB, the first frame of an animation on
 * its whole canvas. Unlike Pillow it never gives a picture whose pixels are not all there. Thread-safe.
 */
public final class PictureReader {

    private final PictureLimits limits;

    public PictureReader(PictureLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads the header alone, in time and memory that do not depend on what size it claims. Fails with IMAGE_TYPE_UNSUPPORTED,
     * IMAGE_UNREADABLE, or IMAGE_TOO_LARGE where a limit is passed.
     */
    public PictureHeader header(byte[] bytes) {
        limits.judge(bytes);
        PictureFormat format = PictureFormat.of(bytes);
        StoredPicture picture = opened(format, bytes);
        limits.judge(picture);
        boolean sideways = picture.orientation().swapsSides();
        return new PictureHeader(format, sideways ? picture.height() : picture.width(), sideways ? picture.width() : picture.height());
    }

    /**
     * Decodes the picture of a header that {@link #header} gave, with the help of idle threads where the picture is large. Fails with
     * IMAGE_UNREADABLE where the pixels are broken or not all there.
     *
     * @param check asked now and then; it throws where nobody wants the picture any more, and that is what reading fails with
     */
    public Pixels pixels(byte[] bytes, PictureHeader header, Runnable check) {
        StoredPicture picture = opened(header.format(), bytes);
        try {
            return picture.orientation().turned(picture.width(), picture.height(), picture.rgb(check));
        } catch (Failure known) {
            throw known;
        } catch (RuntimeException broken) {
            // Decoders meet any bytes at all here: what they trip over is the file's fault, and the caller's to mend.
            throw Unreadable.because("its " + header.format() + " data is broken", broken);
        }
    }

    /** Decodes a picture that is surely wanted. */
    public Pixels pixels(byte[] bytes, PictureHeader header) {
        return pixels(bytes, header, () -> { });
    }

    private static StoredPicture opened(PictureFormat format, byte[] bytes) {
        try {
            return format.open(bytes);
        } catch (Failure known) {
            throw known;
        } catch (RuntimeException broken) {
            throw Unreadable.because("its " + format + " header is broken", broken);
        }
    }
}
