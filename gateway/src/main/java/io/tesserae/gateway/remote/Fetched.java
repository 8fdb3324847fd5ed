package io.tesserae.gateway.remote;

/**
 * What a server answered.
 *
 * @param bytes the picture's file; empty where the server says that the kept one is still the same
 * @param tag   the server's entity tag for it; null for none
 */
record Fetched(byte[] bytes, String tag) {
}
