/**
 * What is known against suspects, as the topic of their marks says.
 *
 * <p>Allowed dependencies: {@code pipeline} and {@code outcome} (their ports), {@code
 * io.vignette.wire}, {@code io.vignette.records}, {@code io.vignette.proto.v1}, Kafka's clients.
 */
@NullMarked
package io.vignette.worker.solo;

import org.jspecify.annotations.NullMarked;
