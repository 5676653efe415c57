/**
 * Constants that every process must agree on: topic names, header names, job ids, reason codes.
 *
 * <p>Allowed dependencies: none beyond the JDK.
 */
@NullMarked
package io.vignette.wire;

import org.jspecify.annotations.NullMarked;
