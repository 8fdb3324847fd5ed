/**
 * Reading pictures as Pillow reads them. A file's bytes arrive; its header leaves first, judged before any pixel is allocated,
 * then 8-bit RGB turned as its EXIF orientation says. The gateway's use case calls {@link io.tesserae.gateway.image.PictureReader}
 * and hands the pixels to the family's tiles. Which format a file has is told from its content, never from a name or media type.
 */
package io.tesserae.gateway.image;
