/**
 * Runs what has to be done again and again, each at its own interval.
 *
 * <p>Allowed dependencies: CDI only.
 */
@NullMarked
package io.vignette.gateway.chores;

import org.jspecify.annotations.NullMarked;
