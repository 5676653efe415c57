/**
 * The end-to-end speed harness: ratios of the whole pipeline to the engine alone, and latencies by
 * hop.
 *
 * <p>Never part of the product; run by hand, never as a timed test.
 */
@NullMarked
package io.vignette.benchmarks;

import org.jspecify.annotations.NullMarked;
