/**
 * Dynamic batching: rows of concurrent callers arrive one by one, wait a bounded time for company of the same shape, and leave
 * together through one run of an engine. {@link io.tesserae.engines.batching.DynamicBatcher} is the queue and knows no tensors;
 * {@link io.tesserae.engines.batching.BatchedEngine} lays rows next to each other, runs any
 * {@link io.tesserae.engines.Engine} and takes the results apart.
 */
package io.tesserae.engines.batching;
