/** What a model folder says of itself. Each service opens the same folder (or its own part of it) and reads its own stage. */
package io.tesserae.contract.model;
