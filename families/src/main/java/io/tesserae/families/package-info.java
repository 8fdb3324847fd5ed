/**
 * What differs between model families: how a picture is cut into tiles, how pixels are prepared, and how image tokens are
 * laid out in the prompt. A decoded picture arrives, tiles and a prompt layout leave; the gateway calls it, and neither gRPC
 * nor an engine is known here. One folder a family, with the same file names in each.
 */
package io.tesserae.families;
