/**
 * What only the gateway's own process does: end when nothing else helps.
 *
 * <p>Allowed dependencies: {@code io.vignette.gateway}, {@code io.vignette.service.memory},
 * Quarkus.
 */
@NullMarked
package io.vignette.service.gateway;

import org.jspecify.annotations.NullMarked;
