/**
 * An eye, a nerve and a brain that answer by the contracts after a time that was fixed beforehand, and compute nothing. What a gateway in
 * front of them takes longer than {@link io.tesserae.bench.doubles.CriticalPath} is its own. {@link io.tesserae.bench.doubles.Main} runs
 * them as a process, {@link io.tesserae.bench.doubles.Stages} within one.
 */
package io.tesserae.bench.doubles;
