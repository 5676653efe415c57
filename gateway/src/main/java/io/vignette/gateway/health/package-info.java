/**
 * Tells orchestrators whether this gateway is started, alive and ready.
 *
 * <p>Allowed dependencies: {@code io.vignette.gateway}, {@code io.vignette.wire}, MicroProfile
 * Health, Kafka's admin client.
 */
@NullMarked
package io.vignette.gateway.health;

import org.jspecify.annotations.NullMarked;
