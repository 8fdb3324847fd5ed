/**
 * The journey of a question: {@code AnswerQuestion} reads in order, and each of its steps has a class here. A {@code Question}
 * arrives from {@code http} or {@code grpc}; pieces of an answer leave through an {@code AnswerSink}.
 */
package io.tesserae.gateway.chat;
