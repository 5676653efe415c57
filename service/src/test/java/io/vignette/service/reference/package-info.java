/**
 * Writes the reference of the configuration from the mappings' sources.
 *
 * <p>Allowed dependencies: the JDK's own compiler, {@code io.vignette.service.keys}, {@code
 * io.vignette.testkit}.
 */
@NullMarked
package io.vignette.service.reference;

import org.jspecify.annotations.NullMarked;
