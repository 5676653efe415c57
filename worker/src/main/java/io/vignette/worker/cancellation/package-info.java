/**
 * Which jobs their clients gave up, as the cancellations topic says.
 *
 * <p>Allowed dependencies: {@code pipeline} (its port), {@code loop}, {@code io.vignette.wire},
 * {@code io.vignette.records}, {@code io.vignette.proto.v1}, Kafka's clients.
 */
@NullMarked
package io.vignette.worker.cancellation;

import org.jspecify.annotations.NullMarked;
