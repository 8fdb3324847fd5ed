/**
 * A JPEG's coefficients and pixels, bit for bit as libjpeg-turbo gives them to Pillow: the accurate integer inverse transform
 * and the triangle filter for chroma. Tables, a frame and the first scan's place arrive from the picture's header; RGB leaves. One
 * thread reads the bits; what follows, band by band, is shared among the threads that are idle. Nothing here trusts the file.
 */
package io.tesserae.gateway.image.jpeg;
