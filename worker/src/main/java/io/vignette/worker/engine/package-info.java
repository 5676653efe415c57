/**
 * The port to whatever runs the model: batches in, one asynchronous completion an image out.
 *
 * <p>Allowed dependencies: {@code io.vignette.models}, {@code io.vignette.wire}.
 */
@NullMarked
package io.vignette.worker.engine;

import org.jspecify.annotations.NullMarked;
