/**
 * From a job's image reference to pixels at the model's size.
 *
 * <p>Allowed dependencies: {@code io.vignette.images}, {@code io.vignette.proto.v1}, {@code
 * io.vignette.wire}, SmallRye Config's annotations.
 */
@NullMarked
package io.vignette.worker.preparation;

import org.jspecify.annotations.NullMarked;
