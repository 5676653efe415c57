/**
 * How the gateway reads JSON that others wrote.
 *
 * <p>Allowed dependencies: Jackson.
 */
@NullMarked
package io.vignette.gateway.json;

import org.jspecify.annotations.NullMarked;
