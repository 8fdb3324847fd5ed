/** How one service reaches another: an address in configuration becomes a gRPC channel. The gateway and the eye use it. */
package io.tesserae.contract.channel;
