/**
 * Bounds the queue, and estimates how far a waiting job is from its turn.
 *
 * <p>Allowed dependencies: {@code chores}, {@code config}, {@code status}, Kafka's admin client.
 */
@NullMarked
package io.vignette.gateway.queue;

import org.jspecify.annotations.NullMarked;
