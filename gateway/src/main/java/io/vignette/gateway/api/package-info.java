/**
 * The REST interface. Nobody depends on it.
 *
 * <p>Allowed dependencies: the other packages of the gateway, Jakarta REST, Jackson, OpenAPI,
 * Quarkus' security, Vert.x.
 */
@NullMarked
package io.vignette.gateway.api;

import org.jspecify.annotations.NullMarked;
