/**
 * Continuous batching. A {@link io.tesserae.llm.scheduler.Sequence} arrives from the gRPC service; its tokens leave through its
 * {@link io.tesserae.llm.scheduler.AnswerListener}. One thread, the {@link io.tesserae.llm.scheduler.Engine}, takes step after step:
 * schedule, run, sample. Apart from each other: a sequence's state ({@code Sequence}), who is computed when
 * ({@link io.tesserae.llm.scheduler.Scheduler}), which row of the KV cache is whose ({@link io.tesserae.llm.scheduler.Rows}).
 */
package io.tesserae.llm.scheduler;
