/**
 * Pixel arithmetic that equals Pillow's bit for bit: resampling, cropping and placing on a ground. Decoded pictures arrive,
 * prepared tiles leave; every family uses it and it knows none.
 */
package io.tesserae.families.pixels;
