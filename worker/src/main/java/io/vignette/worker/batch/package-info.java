/**
 * Joins single pictures to batches for the engine, and takes failed batches apart again.
 *
 * <p>Allowed dependencies: {@code io.vignette.models}, {@code engine}.
 */
@NullMarked
package io.vignette.worker.batch;

import org.jspecify.annotations.NullMarked;
