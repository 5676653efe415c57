/**
 * The program's entry.
 *
 * <p>Allowed dependencies: cli.
 */
@NullMarked
package io.vignette.standalone;

import org.jspecify.annotations.NullMarked;
