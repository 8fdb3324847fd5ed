/** Stages that do what a test tells them, over real sockets: the gateway under test cannot tell them from the services. */
package io.tesserae.gateway.doubles;
