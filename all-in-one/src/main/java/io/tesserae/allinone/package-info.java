/** The four services in one JVM. All that stands here is the server over which they call each other without a socket. */
package io.tesserae.allinone;
