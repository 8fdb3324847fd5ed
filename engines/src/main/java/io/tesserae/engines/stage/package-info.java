/**
 * What the eye's and the nerve's services share around their graphs: settings of an engine and its batches, one opened graph
 * that is ready for callers, its metrics, and how a call is answered or refused. Services bring what differs: what a request
 * must look like and what becomes of a row's results.
 */
package io.tesserae.engines.stage;
