/** When traffic should come here. */
package io.tesserae.gateway.health;
