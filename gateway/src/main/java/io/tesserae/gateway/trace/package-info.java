/**
 * Where the time of single requests went. {@code chat} gives a {@link io.tesserae.gateway.trace.Trace} of every request that has ended, a bounded number is
 * kept, and {@code http} tells them to whoever asks by the request's id. They hold no picture and no word of question or answer.
 */
package io.tesserae.gateway.trace;
