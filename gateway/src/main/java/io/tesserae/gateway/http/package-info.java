/**
 * The way in that OpenAI's clients take. Requests arrive as JSON and are read strictly; questions go to {@code chat}; answers
 * leave as JSON or as server-sent events, errors in OpenAI's error body.
 */
package io.tesserae.gateway.http;
