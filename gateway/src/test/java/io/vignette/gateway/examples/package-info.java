/** Runs what is in {@code examples/} as a newcomer would. */
@NullMarked
package io.vignette.gateway.examples;

import org.jspecify.annotations.NullMarked;
