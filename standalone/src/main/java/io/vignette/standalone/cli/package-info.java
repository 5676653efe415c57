/**
 * The command line.
 *
 * <p>Allowed dependencies: every other package of this module.
 */
@NullMarked
package io.vignette.standalone.cli;

import org.jspecify.annotations.NullMarked;
