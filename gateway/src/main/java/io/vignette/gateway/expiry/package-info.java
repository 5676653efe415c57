/**
 * Ends open jobs whose deadline has passed, or that Kafka has forgotten.
 *
 * <p>Allowed dependencies: {@code chores}, {@code status}, {@code submission}, {@code topics},
 * {@code io.vignette.kafka}.
 */
@NullMarked
package io.vignette.gateway.expiry;

import org.jspecify.annotations.NullMarked;
