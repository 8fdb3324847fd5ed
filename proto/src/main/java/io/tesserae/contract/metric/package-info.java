/** Names for what is measured: the stages of the journey and the metrics, once for every service. */
package io.tesserae.contract.metric;
