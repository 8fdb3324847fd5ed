/** Named numbers with a shape, in memory and on the wire. Engines take and give them; services send them to the next stage. */
package io.tesserae.contract.tensor;
