/**
 * Tells orchestrators whether this gateway is started, alive and ready.
 *
 * <p>Allowed dependencies: {@code io.vignette.gateway}, {@code ledger}, {@code presence}, {@code
 * status}, MicroProfile Health.
 */
@NullMarked
package io.vignette.gateway.health;

import org.jspecify.annotations.NullMarked;
