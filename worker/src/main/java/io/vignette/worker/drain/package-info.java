/**
 * Leaving in order.
 *
 * <p>Allowed dependencies: {@code lease} and {@code pipeline} (their life cycles), SmallRye
 * Config's annotations.
 */
@NullMarked
package io.vignette.worker.drain;

import org.jspecify.annotations.NullMarked;
