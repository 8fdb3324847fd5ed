/**
 * Pictures behind http(s) URLs. A URL that somebody else wrote arrives, bytes that begin as a picture does leave; {@code chat} decodes them.
 *
 * <p>{@code RemoteUrl} judges how the URL is written, {@code AddressGuard} every address that its host resolves to, and the connection goes
 * to an address that was judged, never to the name again: {@code RemoteImages} reads in this order. Each redirect starts anew.
 */
package io.tesserae.gateway.remote;
