/**
 * How much of the engine is in use, and what it waits for.
 *
 * <p>Allowed dependencies: Micrometer; nothing of the worker's.
 */
@NullMarked
package io.vignette.worker.load;

import org.jspecify.annotations.NullMarked;
