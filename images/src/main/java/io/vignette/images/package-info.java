/**
 * Getting pixels safely: what an encoded and a decoded image are, their limits, and how one is
 * refused.
 *
 * <p>Allowed dependencies: {@code io.vignette.wire}.
 */
@NullMarked
package io.vignette.images;

import org.jspecify.annotations.NullMarked;
