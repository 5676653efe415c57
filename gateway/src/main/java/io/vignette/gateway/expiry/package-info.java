/**
 * Ends open jobs whose deadline has passed.
 *
 * <p>Allowed dependencies: {@code chores}, {@code status}, {@code submission}, {@code
 * io.vignette.kafka}.
 */
@NullMarked
package io.vignette.gateway.expiry;

import org.jspecify.annotations.NullMarked;
