/**
 * Runs what has to be done again and again, each at its own interval.
 *
 * <p>Allowed dependencies: CDI, {@code io.vignette.kafka}, {@code io.vignette.wire}, Kafka's admin
 * client.
 */
@NullMarked
package io.vignette.gateway.chores;

import org.jspecify.annotations.NullMarked;
