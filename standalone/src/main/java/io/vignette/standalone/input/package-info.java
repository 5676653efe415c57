/**
 * The pictures a person names: folders, files, globs, lists, each with the id it gets in the
 * output.
 *
 * <p>Allowed dependencies: the JDK, wire.
 */
@NullMarked
package io.vignette.standalone.input;

import org.jspecify.annotations.NullMarked;
