/**
 * What the worker's and its engines' meters have in common.
 *
 * <p>Allowed dependencies: Micrometer.
 */
@NullMarked
package io.vignette.worker.metrics;

import org.jspecify.annotations.NullMarked;
