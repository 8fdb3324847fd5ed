/**
 * The public side of the system. A question arrives by HTTP or gRPC, an answer leaves as it is written; in between, pictures
 * become tiles and the three stages are called.
 *
 * <p>Here: what a question and an answer are. {@code chat} holds the journey ({@code AnswerQuestion}, read it first) and its
 * steps, {@code stage} one client for each remote stage, {@code image} bytes to pixels, {@code http} and {@code grpc} the two
 * ways in, {@code config} every setting, {@code health} when to send traffic here.
 */
package io.tesserae.gateway;
