/**
 * What a container needs beside its service, in Java because an image may have no shell: a jar to start from, a rehearsal whose classes are
 * archived, and a way to bring a model's folder in.
 */
package io.tesserae.contract.container;
