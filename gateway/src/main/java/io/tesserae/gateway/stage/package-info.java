/**
 * One client for each remote stage. Domain values arrive, messages travel, domain values come back; retries, deadlines and
 * cancellation are seen to here and nowhere else. {@code chat} calls it.
 */
package io.tesserae.gateway.stage;
