/** Violations for the architecture rules to find. */
@NullMarked
package io.vignette.testkit.planted;

import org.jspecify.annotations.NullMarked;
