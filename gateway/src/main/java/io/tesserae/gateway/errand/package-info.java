/**
 * A request's life beside its content: how long it may take, where its time goes, and the one switch that stops all of its
 * work. {@code http} and {@code grpc} begin errands, {@code chat} and {@code stage} work under them.
 */
package io.tesserae.gateway.errand;
