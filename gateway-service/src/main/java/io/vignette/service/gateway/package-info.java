/**
 * What only the gateway's own process does: end when nothing else helps.
 *
 * <p>Allowed dependencies: {@code io.vignette.gateway}, Quarkus.
 */
@NullMarked
package io.vignette.service.gateway;

import org.jspecify.annotations.NullMarked;
