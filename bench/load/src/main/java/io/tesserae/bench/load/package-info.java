/**
 * Load that knows the answers: {@code Script} has the questions, {@code Asker} asks one over HTTP, {@code Load} has many callers ask on and on and
 * holds each answer against the one that was given undisturbed. {@code Main} is its command line; tests use it as a library.
 */
package io.tesserae.bench.load;
