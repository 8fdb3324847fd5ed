/** Asks a running service whether it is ready, for containers without a shell. Nothing but the JDK is needed to run it. */
package io.tesserae.contract.probe;
