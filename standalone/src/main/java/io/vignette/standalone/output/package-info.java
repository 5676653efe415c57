/**
 * What is written down: one record a picture, as JSON, JSON lines or CSV, and the journal that
 * survives a crash.
 *
 * <p>Allowed dependencies: Jackson.
 */
@NullMarked
package io.vignette.standalone.output;

import org.jspecify.annotations.NullMarked;
