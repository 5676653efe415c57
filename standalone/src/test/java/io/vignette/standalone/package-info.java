/** Tests of the program as a person uses it. */
@NullMarked
package io.vignette.standalone;

import org.jspecify.annotations.NullMarked;
