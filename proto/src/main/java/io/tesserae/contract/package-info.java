/**
 * What every service agrees on beside the generated messages: tensors and their wire form ({@code tensor}), reasons a call
 * fails and how each is answered ({@code failure}), names of stages and metrics ({@code metric}), how a stage is reached
 * ({@code channel}), what a model folder says of itself ({@code model}), and whether a service is ready ({@code probe}).
 * Nothing here knows an engine or a family.
 */
package io.tesserae.contract;
