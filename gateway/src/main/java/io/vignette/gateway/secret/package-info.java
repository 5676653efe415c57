/**
 * The secret of the deployment: the same on all gateways, kept in Kafka or configured.
 *
 * <p>Allowed dependencies: CDI, SmallRye Config, {@code io.vignette.wire}, Kafka's clients.
 */
@NullMarked
package io.vignette.gateway.secret;

import org.jspecify.annotations.NullMarked;
