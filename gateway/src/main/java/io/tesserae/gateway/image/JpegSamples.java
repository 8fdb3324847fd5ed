package io.tesserae.gateway.image;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The JDK's libjpeg, asked for raw samples: chroma is brought to full size but no colour is converted, so that neither the JDK's
 * guesses about colours nor its colour management change a byte.
 */
final class JpegSamples {

    /** libjpeg's warning (JWRN_HIT_MARKER) when a scan's data end before its part of the picture is full. */
    private static final String ENDS_EARLY = "premature end of data segment";
    private static final String JDK_READER = "com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi";
    private static final ImageReaderSpi JDK = jdkReader();

    private JpegSamples() {
    }

    /** Samples [height, width, components]. Throws IMAGE_UNREADABLE. */
    static byte[] of(byte[] jpeg, int width, int height, int components) {
        ImageReader reader = null;
        try (WatchedBytes in = new WatchedBytes(jpeg)) {
            reader = JDK.createReaderInstance();
            AtomicReference<String> fatal = new AtomicReference<>();
            reader.addIIOReadWarningListener((source, warning) -> {
                if (warning.contains(ENDS_EARLY)) {
                    fatal.set(warning);
                }
            });
            reader.setInput(in, true, true);
            Raster raster = reader.readRaster(0, null);
            // Where the bytes end, the JDK invents an end marker and leaves the rest of the picture grey.
            if (fatal.get() != null || in.ranOut()) {
                throw Unreadable.truncated();
            }
            byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
            if (raster.getWidth() != width || raster.getHeight() != height || samples.length != width * height * components) {
                throw Unreadable.because("the JPEG contradicts its header");
            }
            return samples;
        } catch (IOException broken) {
            throw Unreadable.because("the JPEG's data are broken", broken);
        } finally {
            if (reader != null) {
                reader.dispose();
            }
        }
    }

    /** By class, since other readers on the class path may stand before it in the registry's order. */
    private static ImageReaderSpi jdkReader() {
        Iterator<ImageReaderSpi> all = IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (all.hasNext()) {
            ImageReaderSpi spi = all.next();
            if (spi.getClass().getName().equals(JDK_READER)) {
                return spi;
            }
        }
        throw new IllegalStateException("this Java runtime has no JPEG reader");
    }
}
