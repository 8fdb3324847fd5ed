/**
 * Measures a gateway process whose stages are doubles, so that what is measured is the gateway: how well it overlaps the stages'
 * work, and what a stream costs. {@link io.tesserae.bench.gateway.Main} is where to begin.
 */
package io.tesserae.bench.gateway;
