/**
 * Reads configuration values, and the small files that they name, strictly, for the configurations
 * of all other packages.
 *
 * <p>Allowed dependencies: MicroProfile Config, Quarkus' own converters.
 */
@NullMarked
package io.vignette.gateway.config;

import org.jspecify.annotations.NullMarked;
