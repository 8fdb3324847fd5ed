package io.tesserae.gateway.chat;

import io.tesserae.gateway.config.GatewayConfig;
import io.tesserae.gateway.image.PictureLimits;

/** The configured limits of pictures, as their reader takes them. */
final class ConfiguredLimits {

    private ConfiguredLimits() {
    }

    static PictureLimits of(GatewayConfig.Limits limits) {
        return new PictureLimits(limits.imageBytes().asLongValue(), limits.imagePixels(), limits.imageSide());
    }
}
