/**
 * Threads that outlive the trouble of what they do.
 *
 * <p>Allowed dependencies: {@code io.vignette.kafka}.
 */
@NullMarked
package io.vignette.worker.loop;

import org.jspecify.annotations.NullMarked;
