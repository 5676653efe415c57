/**
 * What a machine and an engine can do, and how much of it is reached.
 *
 * <p>Allowed dependencies: {@code captioning}'s figures, the worker's engines, prompts and load,
 * images, models.
 */
@NullMarked
package io.vignette.standalone.bench;

import org.jspecify.annotations.NullMarked;
