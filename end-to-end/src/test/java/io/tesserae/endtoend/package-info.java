/**
 * Tests over real processes: the packaged applications are started as {@code ./tesserae up} starts them, and real clients
 * talk to them over sockets. Every {@code XContract} runs against the all-in-one and against the four services apart.
 */
package io.tesserae.endtoend;
