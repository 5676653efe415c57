/**
 * What engines with tensors share: a batch as rows of prompts, their padding, and the rules an
 * answer must keep.
 *
 * <p>Allowed dependencies: {@code engine}, {@code io.vignette.models}.
 */
@NullMarked
package io.vignette.worker.engine.rows;

import org.jspecify.annotations.NullMarked;
