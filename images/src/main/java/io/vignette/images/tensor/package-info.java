/**
 * From pixels of any size to the pixels a model takes.
 *
 * <p>Allowed dependencies: {@code io.vignette.images}.
 */
@NullMarked
package io.vignette.images.tensor;

import org.jspecify.annotations.NullMarked;
