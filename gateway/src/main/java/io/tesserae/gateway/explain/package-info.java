/**
 * What the page's panels show. A question arrives from {@code http} as it would be asked, goes the way of {@link io.tesserae.gateway.chat.Rehearsal}, and what
 * the stages say of it leaves as JSON: plans, patches, image tokens, the prompt in tokens, attention, the training, and the times of requests that have ended.
 */
package io.tesserae.gateway.explain;
