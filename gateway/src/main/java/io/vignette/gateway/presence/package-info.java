/**
 * Whether Kafka is there, for all of the gateway.
 *
 * <p>Allowed dependencies: {@code io.vignette.kafka}, {@code io.vignette.wire}.
 */
@NullMarked
package io.vignette.gateway.presence;

import org.jspecify.annotations.NullMarked;
