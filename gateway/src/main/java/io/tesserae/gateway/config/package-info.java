/** Every setting of the gateway, with its default. */
package io.tesserae.gateway.config;
