/**
 * The way in for gRPC clients: the twin of {@code http}. Messages become questions for {@code chat}; pieces of answers become
 * messages; failures become statuses with an ErrorInfo.
 */
package io.tesserae.gateway.grpc;
