/**
 * Whether Kafka is there, and how often its absence is logged: shared by gateway and worker.
 *
 * <p>Allowed dependencies: {@code io.vignette.wire}, Kafka's admin client.
 */
@NullMarked
package io.vignette.kafka;

import org.jspecify.annotations.NullMarked;
