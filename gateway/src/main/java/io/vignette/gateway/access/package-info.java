/**
 * Who may use the gateway, and as whom.
 *
 * <p>Allowed dependencies: CDI, SmallRye Config, Quarkus' start-up event.
 */
@NullMarked
package io.vignette.gateway.access;

import org.jspecify.annotations.NullMarked;
