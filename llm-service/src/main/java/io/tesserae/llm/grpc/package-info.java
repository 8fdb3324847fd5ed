/**
 * The service on the wire. Requests arrive as messages and are checked here ({@link io.tesserae.llm.grpc.GenerationRequests}); sequences go to the
 * scheduler; an answer's tokens come back to the {@link io.tesserae.llm.grpc.GenerateCall} that waits for them and leave as messages.
 * {@link io.tesserae.llm.grpc.ServedModel} loads and stops everything.
 */
package io.tesserae.llm.grpc;
