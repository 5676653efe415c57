/**
 * Refuses to start a service with a key of ours that nobody reads.
 *
 * <p>Allowed dependencies: CDI, MicroProfile Config, Quarkus' life cycle.
 */
@NullMarked
package io.vignette.service.keys;

import org.jspecify.annotations.NullMarked;
