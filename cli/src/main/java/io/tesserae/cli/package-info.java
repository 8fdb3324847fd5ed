/** The command line's own programs: what {@code ./tesserae} runs that is not a service. They talk to the gateway as any client does. */
package io.tesserae.cli;
