/**
 * Who asks, and how much they may. A credential arrives ({@code Callers}), a {@code Caller} with its {@code Allowance} leaves; each request of
 * one is a {@code Visit}, which goes with the request's errand to its end and becomes one line of the {@code AuditLog}.
 */
package io.tesserae.gateway.caller;
