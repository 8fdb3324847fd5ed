/**
 * The nerve's service. The eye's features arrive over gRPC ({@link io.tesserae.projector.ProjectorService}), are fitted to what
 * the graph reads ({@link io.tesserae.projector.FeatureFit}) and run through it in batches ({@link io.tesserae.projector.Nerve});
 * embeddings in the brain's space leave ({@link io.tesserae.projector.Projecting}). The vision service or the gateway calls; the
 * brain comes next.
 */
package io.tesserae.projector;
