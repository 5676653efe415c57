/**
 * Reads configuration values strictly, for the configurations of all other packages.
 *
 * <p>Allowed dependencies: MicroProfile Config, Quarkus' own converters.
 */
@NullMarked
package io.vignette.gateway.config;

import org.jspecify.annotations.NullMarked;
