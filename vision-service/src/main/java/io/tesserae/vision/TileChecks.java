package io.tesserae.vision;

import static io.tesserae.engines.stage.RequestChecks.invalid;

import com.google.protobuf.ByteString;
import io.tesserae.engines.TensorSpec;
import io.tesserae.vision.v1.Tile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Whether a tile is what the eye takes.
 *
 * @param width        pixels that a tile must have; {@link TensorSpec#ANY} where it varies
 * @param height       see {@code width}
 * @param multiple     what both must be whole multiples of; 1 for anything
 * @param verifyHashes whether the content hash is compared with the pixels
 */
record TileChecks(long width, long height, int multiple, boolean verifyHashes) {

    private static final int HASH_BYTES = 32;

    /**
     * Throws a {@link io.tesserae.contract.failure.Failure} that names what is wrong.
     *
     * @param field the tile's place in the request, such as {@code tiles[2]}
     */
    void check(String field, Tile tile) {
        extent(field + ".width", Integer.toUnsignedLong(tile.getWidth()), width);
        extent(field + ".height", Integer.toUnsignedLong(tile.getHeight()), height);
        long pixels = Integer.toUnsignedLong(tile.getWidth()) * Integer.toUnsignedLong(tile.getHeight());
        int bytes = tile.getRgb().size();
        if (bytes % 3 != 0 || bytes / 3 != pixels) {
            throw invalid(field + ".rgb", "has " + bytes + " bytes, must have 3 for each of "
                    + Integer.toUnsignedString(tile.getWidth()) + "×" + Integer.toUnsignedString(tile.getHeight()) + " pixels");
        }
        hash(field + ".content_hash", tile);
    }

    private void extent(String field, long actual, long wanted) {
        if (actual == 0) {
            throw invalid(field, "must be at least 1");
        }
        if (wanted != TensorSpec.ANY && actual != wanted) {
            throw invalid(field, "is " + actual + ", this eye takes " + wanted);
        }
        if (actual % multiple != 0) {
            throw invalid(field, "is " + actual + ", this eye takes multiples of " + multiple);
        }
    }

    private void hash(String field, Tile tile) {
        ByteString hash = tile.getContentHash();
        if (hash.isEmpty()) {
            return;
        }
        if (hash.size() != HASH_BYTES) {
            throw invalid(field, "has " + hash.size() + " bytes, must have " + HASH_BYTES);
        }
        if (verifyHashes && !hash.equals(sha256(tile.getRgb()))) {
            throw invalid(field, "is not the SHA-256 of the tile's pixels");
        }
    }

    private static ByteString sha256(ByteString bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.asReadOnlyByteBuffer());
            return ByteString.copyFrom(digest.digest());
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-256", absent);
        }
    }
}
