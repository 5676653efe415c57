/**
 * Who may use the gateway, as whom, by which names, and from which web pages.
 *
 * <p>Allowed dependencies: CDI, SmallRye Config, Quarkus' start-up event.
 */
@NullMarked
package io.vignette.gateway.access;

import org.jspecify.annotations.NullMarked;
