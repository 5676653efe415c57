/**
 * The end of a process that has no memory left.
 *
 * <p>Allowed dependencies: none beyond the JDK.
 */
@NullMarked
package io.vignette.service.memory;

import org.jspecify.annotations.NullMarked;
