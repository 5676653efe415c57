/**
 * Adapters that turn the gateway's facts into meters.
 *
 * <p>Allowed dependencies: {@code status}, {@code queue}, {@code submission}, {@code ledger},
 * Micrometer.
 */
@NullMarked
package io.vignette.gateway.metrics;

import org.jspecify.annotations.NullMarked;
