/**
 * The eye's service. Tiles arrive over gRPC ({@link io.tesserae.vision.VisionEncoderService}), are checked
 * ({@link io.tesserae.vision.TileChecks}), normalised straight into a batch ({@link io.tesserae.vision.TilePixels}) and run
 * through the eye's graph ({@link io.tesserae.vision.Eye}); features leave to the caller or, where asked, to the projector
 * ({@link io.tesserae.vision.ProjectorClient}), whose embeddings are answered in their place
 * ({@link io.tesserae.vision.Encoding}). The gateway is the usual caller; the brain comes next.
 */
package io.tesserae.vision;
