/**
 * Pictures that were uploaded. Bytes and an owner arrive, an id leaves; later an id and an owner arrive and bytes leave, for {@code chat}.
 * {@code FileShelf} decides who may have how much, {@code FileFolder} keeps files on disk so that they are there after a restart.
 */
package io.tesserae.gateway.files;
