/**
 * Threads that outlive the trouble of what they do.
 *
 * <p>Allowed dependencies: none beyond the JDK.
 */
@NullMarked
package io.vignette.worker.loop;

import org.jspecify.annotations.NullMarked;
