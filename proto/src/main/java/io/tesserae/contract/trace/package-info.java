/**
 * One trace a request, over every hop: the gateway begins it, each call carries it on, and each stage adds what it did. Off unless
 * OpenTelemetry's own settings name somewhere to send traces to.
 */
package io.tesserae.contract.trace;
