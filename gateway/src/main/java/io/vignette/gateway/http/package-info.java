/**
 * What one HTTP connection may cost, and how connections end when the gateway stops: the bounds
 * that the HTTP server has no settings for.
 *
 * <p>Allowed dependencies: CDI, SmallRye Config, Quarkus' events of the HTTP server, Netty, Vert.x,
 * Micrometer.
 */
@NullMarked
package io.vignette.gateway.http;

import org.jspecify.annotations.NullMarked;
