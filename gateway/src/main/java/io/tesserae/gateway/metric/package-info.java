/** What a scrape is shown beside the numbers: each histogram's last traced request, as its example. */
package io.tesserae.gateway.metric;
