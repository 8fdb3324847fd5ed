/** Whether the service takes requests: the readiness that Kubernetes, Compose and the gateway look at. */
package io.tesserae.llm.health;
